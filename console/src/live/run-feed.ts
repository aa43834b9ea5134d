/** A run's series as far as it is known: what the control plane has merged, asked for again while the run goes on. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { RunResource, Series } from '../../../core/api/runs.ts';
import { isFinal } from '../api/queries.ts';
import { seriesQuery } from '../api/run-queries.ts';
import type { TimeRange } from '../charts/time-range.tsx';
import { useSession } from '../session/session-context.ts';

export interface RunFeed {
  query: UseQueryResult<Series>;
  series: Series;
  /** ended: nothing more will come. polling: asked for every other second. lost: what is shown gets old, and is mended by itself. */
  connection: 'ended' | 'polling' | 'lost';
}

const nothing: Series = { resolutionSeconds: 1, points: [] };

export function useRunFeed(run: RunResource, label: string | null, range: TimeRange | null): RunFeed {
  const { api } = useSession();
  const isEnded = isFinal(run);
  const query = useQuery(seriesQuery(api, run.id, isEnded, label, range));
  const connection = isEnded ? 'ended' : query.error !== null || query.failureCount > 0 ? 'lost' : 'polling';
  return { query, series: query.data ?? nothing, connection };
}
