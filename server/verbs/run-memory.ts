/**
 * What the ticks of a run remember between them, to read nothing twice. Nothing depends on it: a control plane without it reads the same
 * from the stores and the run folder.
 */
import { type Plan, planSchema } from '../../core/plan/plan.ts';
import type { Run } from '../../core/run/run.ts';
import { taskName } from '../../core/run/tasks.ts';
import { type Done, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { LiveFolding } from '../folding/live-folding.ts';
import type { Ports } from '../ports/ports.ts';
import { openRunFolder, type RunFolder, readJson } from '../run-folder/run-folder.ts';

/** A result that landed and was looked at. */
export type KnownResult =
  | { state: 'parsed'; exit: Done['exit']; error: string | null; segments: number }
  | { state: 'damaged'; error: string };

export interface RunMemory {
  folder: RunFolder;
  plan: Plan;
  folding: LiveFolding;
  /** Tasks whose ready mark was seen, by name. */
  ready: Set<string>;
  /** When the XML of a task landed, by name, as far as it was seen. */
  landedAtMs: Map<string, number>;
  results: Map<string, KnownResult>;
  /** What `done.json` says of tasks that ended without a result. */
  failures: Map<string, string | null>;
  /** Why the last launch failed. */
  launchError: string | null;
  /** What keeps tasks from being started. */
  launchWaitsFor: string | null;
}

export type RunMemories = Map<string, RunMemory>;

/** The run's memory; made anew when there is none. Null when the run's plan is gone; throws `run_folder_invalid` when it is damaged. */
export async function recallRun(
  ports: Pick<Ports, 'objects' | 'taskResults' | 'log'>,
  memories: RunMemories,
  run: Run,
): Promise<RunMemory | null> {
  const known = memories.get(run.id);
  if (known !== undefined) return known;
  const folder = openRunFolder(ports.objects, run.id);
  const plan = await readJson(folder, runFolderPaths.plan, planSchema);
  if (plan === null) return null;
  const memory: RunMemory = {
    folder,
    plan,
    folding: new LiveFolding(plan, folder, ports.log),
    ready: new Set(),
    landedAtMs: new Map(),
    results: new Map(),
    failures: new Map(),
    launchError: null,
    launchWaitsFor: null,
  };
  for (const { done, region, task } of await ports.taskResults.list(run.id)) {
    memory.results.set(taskName({ region, task }), parsedResult(done));
  }
  memories.set(run.id, memory);
  return memory;
}

export function parsedResult(done: Done): KnownResult {
  return { state: 'parsed', exit: done.exit, error: done.error, segments: done.segments };
}
