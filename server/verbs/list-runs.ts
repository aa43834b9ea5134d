/** Runs, newest first. */
import type { Run } from '../../core/run/run.ts';
import type { Ports } from '../ports/ports.ts';

/** `cursor` as the page before answered it. */
export async function listRuns(
  { runs }: Pick<Ports, 'runs'>,
  input: { scenarioId?: string; limit: number; cursor?: string },
): Promise<{ items: Run[]; nextCursor: string | null }> {
  return runs.list({ scenarioId: input.scenarioId ?? null, limit: input.limit, cursor: input.cursor ?? null });
}
