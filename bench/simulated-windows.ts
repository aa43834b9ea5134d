/** Tasks that do nothing but print a window each second. `node bench/simulated-windows.ts LOGS GO_AT_MS FROM_SECOND SECONDS REGION=TASKS...` prints for them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskId } from '../core/plan/plan.ts';
import { appendToLog, windowLinesOf } from './simulated-tasks.ts';

/** Tasks print a second when it is over, not all in the same instant. */
const SKEW_MS = 50;

export interface PrintedWindows {
  /** Folder of the run's logs. */
  logs: string;
  goAtMs: number;
  fromSecond: number;
  seconds: number;
  regions: readonly { name: string; tasks: number }[];
}

export const tasksOf = (regions: PrintedWindows['regions']): TaskId[] =>
  regions.flatMap(({ name, tasks }) => Array.from({ length: tasks }, (_, task): TaskId => ({ region: name, task })));

/** Resolves when the last second is printed. */
export async function printWindows({ logs, goAtMs, fromSecond, seconds, regions }: PrintedWindows): Promise<void> {
  for (let second = fromSecond; second < fromSecond + seconds; second++) {
    const lines = regions.map((region) => windowLinesOf(tasksOf([region]), second));
    for (let half = 0; half < 2; half++) {
      await sleep(Math.max(0, goAtMs + (second + 1) * 1_000 + half * SKEW_MS - Date.now()));
      for (const [r, ofRegion] of lines.entries()) {
        for (const [task, line] of ofRegion.entries()) {
          if (task % 2 === half) appendToLog(logs, { region: regions[r]?.name ?? '', task }, line);
        }
      }
    }
  }
}

if (import.meta.main) {
  const [logs = '', goAtMs, fromSecond, seconds, ...named] = process.argv.slice(2);
  const regions = named.map((text) => ({ name: text.split('=')[0] ?? '', tasks: Number(text.split('=')[1]) }));
  await printWindows({
    logs,
    goAtMs: Number(goAtMs),
    fromSecond: Number(fromSecond),
    seconds: Number(seconds),
    regions,
  });
}
