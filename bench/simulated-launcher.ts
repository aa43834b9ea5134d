/** A launcher whose tasks are only a note in a folder: whoever measures plays them. They outlive the control plane, as real ones do. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskId } from '../core/plan/plan.ts';
import type { LaunchedTask, Launcher } from '../server/ports/launcher.ts';

const TASKS_MAX = 10_000;

export function createSimulatedLauncher(folder: string, regions: readonly string[]): Launcher {
  mkdirSync(folder, { recursive: true });
  const noteOf = (runId: string) => join(folder, `${runId}.json`);
  return {
    async capacity() {
      const runs = readdirSync(folder).filter((name) => name.endsWith('.json')).length;
      return regions.map((region) => ({ region, tasksMax: TASKS_MAX, tasksRunning: runs }));
    },
    async launch({ runId, tasks }) {
      writeFileSync(noteOf(runId), JSON.stringify(tasks));
      return { waitingFor: null };
    },
    async observe(runId): Promise<LaunchedTask[]> {
      if (!existsSync(noteOf(runId))) return [];
      const tasks = JSON.parse(readFileSync(noteOf(runId), 'utf8')) as TaskId[];
      const state = existsSync(endMarkOf(folder, runId)) ? 'ended' : 'running';
      return tasks.map((id) => ({ ...id, state, endedBecause: null }));
    },
    async kill(runId) {
      endTasks(folder, runId);
    },
    async release() {},
  };
}

/** Ends all tasks of the run. */
export function endTasks(folder: string, runId: string): void {
  writeFileSync(endMarkOf(folder, runId), '');
}

function endMarkOf(folder: string, runId: string): string {
  return join(folder, `${runId}.ended`);
}
