/** What tries a scenario as a process: told by lines on its standard input, telling by lines on its standard output. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { type Mask, maskOf } from '../../core/secrets/secret-mask.ts';
import { type TrialInput, type TrialOrder, type TrialOutput, trialInputSchema } from '../../core/trial/trial-lines.ts';
import { messageOf } from '../log.ts';
import { tryFlows } from './try-flows.ts';

/**
 * Runs the order that comes and resolves with the process' exit code: 0 all was told, 1 the input made no sense or ended before it was complete. When
 * the input ends later, nobody waits for an answer any more: the process ends at once, whatever it does.
 */
export async function runTrialProgram(input: Readable, print: (line: string) => void): Promise<number> {
  let mask: Mask | null = null;
  const tell = (output: TrialOutput): void => {
    const shown = mask === null ? output : masked(output, mask);
    print(`${JSON.stringify(shown)}\n`);
  };
  try {
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
    const { files, order } = await readInput(lines);
    mask = maskOf(Object.values(order.secrets));
    void lines.next().finally(() => process.exit(1));
    const readFile = (path: string): Promise<Uint8Array> => Promise.resolve(fileOf(files, path));
    await tryFlows(order, { readFile, tell, signal: AbortSignal.timeout(limits.trialSecondsMax * 1_000) });
    return 0;
  } catch (error) {
    tell({ kind: 'problem', path: '', message: messageOf(error) });
    return 1;
  }
}

/** The same with every text in it masked. */
function masked<Value>(value: Value, mask: Mask): Value {
  if (typeof value === 'string') return mask(value) as Value;
  if (Array.isArray(value)) return value.map((each) => masked(each, mask)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, masked(each, mask)])) as Value;
}

async function readInput(lines: AsyncIterator<string>): Promise<{ order: TrialOrder; files: Map<string, Buffer[]> }> {
  let order: TrialOrder | null = null;
  const files = new Map<string, Buffer[]>();
  for (;;) {
    const { done, value } = await lines.next();
    if (done === true) throw new LoadstarError('internal', 'the order of the try broke off');
    const told: TrialInput = trialInputSchema.parse(JSON.parse(value));
    if (told.kind === 'order') order = told.order;
    else if (told.kind === 'begin') break;
    else files.set(told.path, [...(files.get(told.path) ?? []), Buffer.from(told.base64, 'base64')]);
  }
  if (order === null) throw new LoadstarError('internal', 'there is no order of a try');
  return { order, files };
}

function fileOf(files: ReadonlyMap<string, Buffer[]>, path: string): Uint8Array {
  const pieces = files.get(path);
  if (pieces === undefined) throw new LoadstarError('scenario_file_missing', `the scenario's file ${path} is missing`);
  return Buffer.concat(pieces);
}
