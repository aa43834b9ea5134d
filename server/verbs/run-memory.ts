/**
 * What the ticks of a run remember between them, to read nothing twice. Nothing depends on it: a control plane without it goes on from the
 * stores and the run folder, where ticks leave a checkpoint.
 */
import type { RunLive } from '../../core/api/runs.ts';
import { type Plan, planSchema } from '../../core/plan/plan.ts';
import type { Run } from '../../core/run/run.ts';
import { taskName } from '../../core/run/tasks.ts';
import { type Done, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { LiveFolding } from '../folding/live-folding.ts';
import type { Log } from '../ports/log.ts';
import type { Ports } from '../ports/ports.ts';
import type { RunMeasurement } from '../ports/run-metrics.ts';
import { openRunFolder, type RunFolder, readJson } from '../run-folder/run-folder.ts';
import { type Checkpoint, type Checkpointed, readCheckpoint } from './run-checkpoint.ts';

/** A result that landed and was looked at. */
export type KnownResult =
  | { state: 'parsed'; exit: Done['exit']; error: string | null; segments: number }
  | { state: 'damaged'; error: string };

export interface RunMemory extends Checkpointed {
  /** The next tick may have it too. */
  outlivesTick: boolean;
  plan: Plan;
  /** Tasks whose ready mark was seen, by name. */
  ready: Set<string>;
  /** When the XML of a task landed, by name, as far as it was seen. */
  landedAtMs: Map<string, number>;
  results: Map<string, KnownResult>;
  /** The rows of results were read: by others than us, they are written for landed results that we do not know yet. */
  rowsRead: boolean;
  /** What `done.json` says of tasks that ended without a result. */
  failures: Map<string, string | null>;
  /** What the run does, as far as it is folded; null before, and where nobody measures that. */
  live: RunLive | null;
  /** Measured on what was folded, and not told yet: the checkpoint comes first. */
  unreported: RunMeasurement[];
}

export type RunMemories = Map<string, RunMemory>;

/**
 * The run's memory; made anew when there is none. `memories` null: nobody keeps any. Null when the run's plan is gone; throws `run_folder_invalid`
 * when it is damaged.
 */
export async function recallRun(
  { objects, log }: Pick<Ports, 'objects' | 'log'>,
  memories: RunMemories | null,
  run: Run,
): Promise<RunMemory | null> {
  const known = memories?.get(run.id);
  if (known !== undefined) return known;
  const folder = openRunFolder(objects, run.id);
  const [plan, checkpoint] = await Promise.all([
    readJson(folder, runFolderPaths.plan, planSchema),
    readCheckpoint(folder, run.id, log),
  ]);
  if (plan === null) return null;
  const memory: RunMemory = {
    outlivesTick: memories !== null,
    folder,
    plan,
    folding: openFolding(plan, folder, log, checkpoint),
    ready: new Set(),
    landedAtMs: new Map(),
    results: new Map(),
    rowsRead: false,
    failures: new Map(),
    launchError: checkpoint?.launchError ?? null,
    launchWaitsFor: checkpoint?.launchWaitsFor ?? null,
    live: checkpoint?.live ?? null,
    unreported: [],
    checkpointText: checkpoint === null ? null : JSON.stringify(checkpoint),
  };
  memories?.set(run.id, memory);
  return memory;
}

function openFolding(plan: Plan, folder: RunFolder, log: Log, checkpoint: Checkpoint | null): LiveFolding {
  try {
    return new LiveFolding(plan, folder, log, checkpoint?.folding ?? null);
  } catch (error) {
    log('warn', 'the checkpoint of a run fits another plan', { runId: plan.runId, error: (error as Error).message });
    return new LiveFolding(plan, folder, log);
  }
}

/** Reads the rows of results once, when one is needed: those that were parsed by a tick before, or by whoever else parses them. */
export async function recallRows({ taskResults }: Pick<Ports, 'taskResults'>, memory: RunMemory): Promise<void> {
  if (memory.rowsRead) return;
  for (const { done, region, task } of await taskResults.list(memory.plan.runId)) {
    memory.results.set(taskName({ region, task }), parsedResult(done));
  }
  memory.rowsRead = true;
}

export function parsedResult(done: Done): KnownResult {
  return { state: 'parsed', exit: done.exit, error: done.error, segments: done.segments };
}
