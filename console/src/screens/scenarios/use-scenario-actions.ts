/** What can be done with scenarios, from a list or from their own page. */
import type { ScenarioItem, ScenarioResource } from '../../../../core/api/scenarios.ts';
import { useSession } from '../../session/session-context.ts';
import { useAction } from '../../shell/use-action.ts';
import { useStartRun } from '../../shell/use-start-run.ts';

type Named = Pick<ScenarioItem, 'id' | 'name' | 'version' | 'lastRun'>;

export function useScenarioActions(onRemoved: () => void) {
  const { api } = useSession();
  const start = useStartRun();
  const copy = useAction({
    run: async ({ id }: Named) =>
      (await api.send<ScenarioResource>('POST', `/scenarios/${id}/copy`, { body: {} })).body,
    failure: 'The scenario could not be copied',
    success: ({ name }) => `Copied as ${name}.`,
    changes: ['scenarios'],
  });
  const cancelRun = useAction({
    run: async ({ lastRun }: Named) => {
      if (lastRun !== null) await api.send('POST', `/runs/${lastRun.id}/cancel`);
    },
    failure: 'The run could not be cancelled',
    success: () => 'The run is being cancelled: its load stops within 5 seconds.',
    changes: ['runs', 'scenarios'],
  });
  const remove = useAction({
    run: async (items: readonly Named[]) => {
      for (const { id, version } of items) {
        await api.send('DELETE', `/scenarios/${id}`, { headers: { 'if-match': `"${version}"` } });
      }
    },
    failure: 'Not all could be deleted',
    success: (_answer, items) =>
      items.length === 1 ? `${items[0]?.name} is deleted.` : `${items.length} scenarios are deleted.`,
    changes: ['scenarios'],
    onDone: onRemoved,
  });
  return { start, copy, cancelRun, remove };
}
