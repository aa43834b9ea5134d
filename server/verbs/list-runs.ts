/** Runs, newest first. */
import type { Phase, Run } from '../../core/run/run.ts';
import type { Ports } from '../ports/ports.ts';

/** `cursor` as the page before answered it. */
export async function listRuns(
  { runs }: Pick<Ports, 'runs'>,
  input: { scenarioId?: string | undefined; phase?: Phase | undefined; limit: number; cursor?: string | undefined },
): Promise<{ items: Run[]; nextCursor: string | null }> {
  return runs.list({
    scenarioId: input.scenarioId ?? null,
    phase: input.phase ?? null,
    limit: input.limit,
    cursor: input.cursor ?? null,
  });
}
