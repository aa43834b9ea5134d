/** Runs as the API shows them. */
import type { RunLive, RunResource } from '../../../core/api/runs.ts';
import type { Run } from '../../../core/run/run.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Room, readOccupancy, roomForRun } from '../room-for-run.ts';

export type DescribePorts = Pick<Ports, 'runs' | 'launcher'> & {
  /** What is known of a run that runs; null when nothing is. */
  liveOf(runId: string): RunLive | null | Promise<RunLive | null>;
};

/** In the same order. However many they are, the stores are asked once. */
export async function describeRuns(ports: DescribePorts, runs: readonly Run[]): Promise<RunResource[]> {
  const queueOf = runs.some(isWaiting) ? await readQueue(ports) : () => null;
  const described = runs.map(async (run) => ({
    id: run.id,
    scenarioId: run.scenarioId,
    scenarioName: run.scenarioName,
    phase: run.phase,
    verdict: run.verdict,
    reason: run.reason,
    createdAt: instant(run.createdAtMs),
    goAt: run.goAtMs === null ? null : instant(run.goAtMs),
    endedAt: run.endedAtMs === null ? null : instant(run.endedAtMs),
    cancelRequested: run.cancelRequestedAtMs !== null,
    sourceSha256: run.sourceSha256,
    durationSeconds: run.durationSeconds,
    regions: run.regions.map(({ name, tasks }) => ({ name, tasks })),
    summary: run.summary,
    cost: null,
    queue: isWaiting(run) ? queueOf(run) : null,
    live: run.phase === 'running' || run.phase === 'cancelling' ? await ports.liveOf(run.id) : null,
  }));
  return Promise.all(described);
}

export async function describeRun(ports: DescribePorts, run: Run): Promise<RunResource> {
  const [resource] = await describeRuns(ports, [run]);
  return resource as RunResource;
}

function isWaiting({ phase }: Run): boolean {
  return phase === 'queued';
}

async function readQueue(ports: DescribePorts): Promise<(run: Run) => RunResource['queue']> {
  const unfinished = await ports.runs.listUnfinished();
  const occupancy = await readOccupancy(ports, unfinished);
  const positions = new Map(unfinished.filter(isWaiting).map(({ id }, position) => [id, position]));
  return (run) => {
    // It has left the queue since its row was read.
    const position = positions.get(run.id) ?? 0;
    return { position, waitingFor: position > 0 ? 'the runs before it' : textOf(roomForRun(occupancy, run)) };
  };
}

/** What a run with room waits for is only the next look at the queue. */
function textOf(room: Room): string | null {
  if (room.kind === 'now') return null;
  return room.kind === 'later' ? room.waitingFor : room.reason;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
