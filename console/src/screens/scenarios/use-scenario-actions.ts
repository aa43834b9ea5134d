/** What can be done with scenarios, from a list or from their own page. */
import { useNavigate } from 'react-router';
import type { RunResource } from '../../../../core/api/runs.ts';
import type { ScenarioItem, ScenarioResource } from '../../../../core/api/scenarios.ts';
import { useSession } from '../../session/session-context.ts';
import { useAction } from '../../shell/use-action.ts';

type Named = Pick<ScenarioItem, 'id' | 'name' | 'version' | 'lastRun'>;

export function useScenarioActions(onRemoved: () => void) {
  const { api } = useSession();
  const navigate = useNavigate();
  const run = useAction({
    run: async ({ id }: Named) =>
      // Sent again after a broken connection, it is the same run.
      (
        await api.send<RunResource>('POST', `/scenarios/${id}/runs`, {
          headers: { 'idempotency-key': crypto.randomUUID() },
        })
      ).body,
    failure: 'The run could not be started',
    changes: ['runs', 'scenarios'],
    onDone: ({ id }) => navigate(`/runs/${id}`),
  });
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
  return { run, copy, cancelRun, remove };
}
