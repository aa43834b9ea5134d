/** The tasks of a run: what has become of each, and what it measured by itself. */
import type { RunTask } from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { TaurusGroup } from '../../../core/report/taurus-xml.ts';
import { finalPhases, type Run } from '../../../core/run/run.ts';
import { plannedTasks, regionNames, taskName } from '../../../core/run/tasks.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import type { LaunchedTask } from '../../ports/launcher.ts';
import type { Ports } from '../../ports/ports.ts';
import { openRunFolder } from '../../run-folder/run-folder.ts';
import { readRun } from '../read-run.ts';
import { requireRole } from '../require-role.ts';

type TaskPorts = Pick<Ports, 'runs' | 'objects' | 'taskResults' | 'launcher' | 'nowMs'>;

interface Seen {
  process: LaunchedTask | undefined;
  isReady: boolean;
  isLoadOn: boolean;
}

/** In the order of the regions. Throws `forbidden`, `not_found`, `option_invalid` for a cursor that no page gave. */
export async function listRunTasks(
  ports: TaskPorts,
  actor: Actor,
  input: { runId: string; limit: number; cursor?: string | undefined },
): Promise<{ items: RunTask[]; nextCursor: string | null }> {
  requireRole(actor, 'viewer');
  const run = await readRun(ports, input);
  const planned = plannedTasks(run.regions);
  const start = input.cursor === undefined ? 0 : readCursor(input.cursor, planned.length);
  const end = start + input.limit;
  const results = new Map((await ports.taskResults.list(run.id)).map((result) => [taskName(result), result]));
  const lost = new Map(run.lostTasks.map((task) => [taskName(task), task.reason]));
  const look = await observe(ports, run);
  const items = planned.slice(start, end).map((id): RunTask => {
    const name = taskName(id);
    const result = results.get(name);
    const reason = lost.get(name);
    const found = reason !== undefined ? { state: 'lost' as const, reason } : stateOf(look(name), result !== undefined);
    const told = result === undefined ? null : { statistics: statisticsOf(result.total), health: result.done.health };
    return { ...id, ...found, statistics: told?.statistics ?? null, health: told?.health ?? null };
  });
  const nextCursor = end < planned.length ? Buffer.from(`task ${end}`).toString('base64url') : null;
  return { items, nextCursor };
}

function readCursor(cursor: string, planned: number): number {
  const at = /^task (\d{1,6})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (at !== undefined && Number(at) < planned) return Number(at);
  throw new LoadstarError('option_invalid', 'The cursor was given by no page of this list.');
}

/** Of a run that has ended there is nothing to look at any more. */
async function observe(ports: TaskPorts, run: Run): Promise<(name: string) => Seen> {
  if (finalPhases.has(run.phase)) return () => ({ process: undefined, isReady: false, isLoadOn: false });
  const processes = new Map(
    (await ports.launcher.observe(run.id, regionNames(run))).map((task) => [taskName(task), task]),
  );
  const isLoadOn = run.goAtMs !== null && ports.nowMs() >= run.goAtMs;
  const marks = isLoadOn ? [] : await openRunFolder(ports.objects, run.id).list(runFolderPaths.readyMarks);
  const ready = new Set(marks.map(({ path }) => path));
  const markOf = (name: string) => `${runFolderPaths.readyMarks}${name}.json`;
  return (name) => ({ process: processes.get(name), isReady: ready.has(markOf(name)), isLoadOn });
}

function stateOf({ process, isReady, isLoadOn }: Seen, isDelivered: boolean): Pick<RunTask, 'state' | 'reason'> {
  if (isDelivered) return { state: 'delivered', reason: null };
  if (process === undefined) return { state: 'planned', reason: null };
  const reason = process.state === 'ended' ? (process.endedBecause ?? 'its process has ended') : null;
  if (isLoadOn) return { state: 'running', reason };
  return { state: isReady ? 'ready' : 'starting', reason };
}

function statisticsOf(group: TaurusGroup): RunTask['statistics'] {
  const ms = (seconds: number | undefined) => (seconds ?? 0) * 1000;
  const percentile = (level: string) => ms(group.percentilesSeconds[level]);
  return {
    requests: group.samples,
    failures: group.failures,
    bytesReceived: group.bytes,
    concurrencyMax: group.concurrency,
    responseTimeMs: {
      min: percentile('0.0'),
      mean: ms(group.averageResponseTimeSeconds),
      stdev: ms(group.stdevResponseTimeSeconds),
      p50: percentile('50.0'),
      p90: percentile('90.0'),
      p95: percentile('95.0'),
      p99: percentile('99.0'),
      p999: percentile('99.9'),
      max: percentile('100.0'),
    },
    codes: group.codes,
  };
}
