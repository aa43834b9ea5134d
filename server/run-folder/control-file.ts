/** `control.json`: how the control plane gives orders to the tasks. Every write is a compare-and-swap, and none leads back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LoadstarError } from '../../core/errors.ts';
import { advanceControl, type ControlOrder } from '../../core/run/advance-control.ts';
import { type Control, controlSchema, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Ports } from '../ports/ports.ts';
import { parseJson, runFolderPrefix, toJson } from './run-folder.ts';

const ATTEMPTS_MAX = 20;
const PAUSE_MS_MAX = 20;

/** Null when there is none, or a damaged one: the next write replaces it. */
export async function readControl(ports: Pick<Ports, 'objects'>, runId: string): Promise<Control | null> {
  return (await read(ports, runId))?.control ?? null;
}

/** Gives an order. Returns what the file says then, which is further than the order when somebody else was faster. */
export async function writeControl(
  ports: Pick<Ports, 'objects' | 'nowMs'>,
  runId: string,
  order: ControlOrder,
): Promise<Control> {
  for (let attempt = 1; ; attempt++) {
    const before = await read(ports, runId);
    const after = advanceControl(before?.control ?? null, order, ports.nowMs());
    // Of a damaged file nobody knows the revision; one that grows with the clock is higher than any that was counted.
    if (before !== null && before.control === null) after.revision = ports.nowMs();
    try {
      const condition = before === null ? ({ ifAbsent: true } as const) : { ifMatch: before.etag };
      await ports.objects.put(keyOf(runId), toJson(after), condition);
      return after;
    } catch (error) {
      const beaten = error instanceof LoadstarError && error.code === 'conflict';
      if (!beaten || attempt === ATTEMPTS_MAX) throw error;
      await sleep(Math.random() * PAUSE_MS_MAX);
    }
  }
}

function keyOf(runId: string): string {
  return runFolderPrefix(runId) + runFolderPaths.control;
}

async function read(
  { objects }: Pick<Ports, 'objects'>,
  runId: string,
): Promise<{ control: Control | null; etag: string } | null> {
  const found = await objects.get(keyOf(runId));
  if (found === null) return null;
  try {
    return { control: parseJson(found.body, runFolderPaths.control, controlSchema), etag: found.etag };
  } catch {
    return { control: null, etag: found.etag };
  }
}
