/** Starts a run of a scenario and goes to its page. */
import { useNavigate } from 'react-router';
import type { RunResource } from '../../../core/api/runs.ts';
import { useSession } from '../session/session-context.ts';
import { useAction } from './use-action.ts';

/** `mutate(scenarioId)`. */
export function useStartRun() {
  const { api } = useSession();
  const navigate = useNavigate();
  return useAction({
    run: async (scenarioId: string) => {
      // Sent again after a broken connection, it is the same run.
      const headers = { 'idempotency-key': crypto.randomUUID() };
      return (await api.send<RunResource>('POST', `/scenarios/${scenarioId}/runs`, { headers })).body;
    },
    failure: 'The run could not be started',
    changes: ['runs', 'scenarios'],
    onDone: ({ id }) => navigate(`/runs/${id}`),
  });
}
