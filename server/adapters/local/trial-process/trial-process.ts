/**
 * Tries scenarios in processes of this machine, one for each. A process lives no longer than the one that asked for it: it ends with its standard
 * input. Orders and files go through that, so that nothing of them, credentials above all, lies on a disk.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { Trial } from '../../../../core/api/trials.ts';
import { LoadstarError } from '../../../../core/errors.ts';
import { limits } from '../../../../core/limits.ts';
import { TrialAssembly, type TrialInput } from '../../../../core/trial/trial-lines.ts';
import type { TrialRequest, TrialRunner } from '../../../ports/trial-runner.ts';
import { passedOn } from '../process-launcher/passed-on.ts';
import type { TasksUser } from '../process-launcher/region-programs.ts';

export interface TrialProcessOptions {
  /** Absolute path of the program that tries. */
  entry: string;
  /** Who runs it; null: the user of this process. */
  user: TasksUser | null;
  /** Path of Node's program; default: the one of this process. */
  node?: string;
  /** How long a process may take in all, with its start. */
  msMax?: number;
}

/** Above what a try may take by itself: for starting, and for telling the last step. */
const SECONDS_MORE = 10;
const MEMORY_MB_MAX = 1_024;
const CHUNK_BYTES = 192 * 1024;
const STDERR_CHARACTERS_KEPT = 2_000;

export function createTrialRunner(options: TrialProcessOptions): TrialRunner {
  let running = 0;
  return {
    async run(request, signal) {
      signal.throwIfAborted();
      if (running >= limits.trialsAtOnceMax) {
        throw new LoadstarError('rate_limited', `${running} scenarios are being tried now, and no more are at once.`);
      }
      running++;
      try {
        return await tryOnce(request, signal, options);
      } finally {
        running--;
      }
    },
  };
}

async function tryOnce(request: TrialRequest, signal: AbortSignal, options: TrialProcessOptions): Promise<Trial> {
  const child = await start(options);
  // Killed, whatever it does: nobody waits for it, or it should have ended long ago.
  const overdue = AbortSignal.timeout(options.msMax ?? (limits.trialSecondsMax + SECONDS_MORE) * 1_000);
  const kill = (): void => void child.kill('SIGKILL');
  for (const each of [signal, overdue]) each.addEventListener('abort', kill, { once: true });
  const assembly = new TrialAssembly();
  const lastWords = keepLastWords(child);
  const told = once(
    createInterface({ input: child.stdout }).on('line', (line) => assembly.take(line)),
    'close',
  );
  const exited = once(child, 'close');
  try {
    if (signal.aborted) kill();
    await send(child.stdin, request);
    await Promise.all([told, exited]);
    signal.throwIfAborted();
    return whole(assembly, { isOverdue: overdue.aborted, lastWords: lastWords() });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    kill();
    for (const each of [signal, overdue]) each.removeEventListener('abort', kill);
    await exited;
  }
}

async function start({ entry, node = process.execPath, user }: TrialProcessOptions) {
  const child = spawn(node, [`--max-old-space-size=${MEMORY_MB_MAX}`, entry], {
    env: passedOn(process.env, { isOtherUser: user !== null }),
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
  });
  if (child.pid === undefined) {
    const [cause] = (await once(child, 'error')) as [Error];
    throw new LoadstarError('launch_failed', `No process to try the scenario could be started: ${cause.message}`, {
      cause,
    });
  }
  child.on('error', () => {});
  // It may end before it has read all; what it told until then counts.
  child.stdin.on('error', () => {});
  return child;
}

/** The order, the files in pieces, and to begin. The input stays open: it ends with us. */
async function send(stdin: Writable, { files, order }: TrialRequest): Promise<void> {
  const tell = async (input: TrialInput): Promise<void> => {
    if (stdin.destroyed || stdin.write(`${JSON.stringify(input)}\n`)) return;
    // Whichever comes first; it may be killed while we wait.
    await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]).catch(() => {});
  };
  await tell({ kind: 'order', order });
  let bytesLeft = limits.trialFilesBytesMax;
  for (const [path, read] of files) {
    await tell({ kind: 'file', path, base64: '' });
    const body = await read();
    for await (const bytes of body instanceof Uint8Array ? [body] : body) {
      bytesLeft -= bytes.length;
      if (bytesLeft < 0) throw filesTooLarge();
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
        const base64 = Buffer.from(bytes.subarray(at, at + CHUNK_BYTES)).toString('base64');
        await tell({ kind: 'file', path, base64 });
      }
    }
  }
  await tell({ kind: 'begin' });
}

function filesTooLarge(): LoadstarError {
  const message = `The files of the scenario hold more than ${limits.trialFilesBytesMax} bytes: that is too much for a try.`;
  return new LoadstarError('scenario_too_large', message);
}

function keepLastWords({ stderr }: ChildProcessWithoutNullStreams): () => string {
  let kept = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    kept = (kept + text).slice(-STDERR_CHARACTERS_KEPT);
  });
  return () => kept.trim().split('\n').at(-1)?.trim() ?? '';
}

/** What was told, and why it is not all. */
function whole(
  { isWhole, trial }: TrialAssembly,
  { isOverdue, lastWords }: { isOverdue: boolean; lastWords: string },
): Trial {
  if (isWhole) return trial;
  const why = isOverdue
    ? 'the process that tried it took too long and was ended; what it did before is shown'
    : `the process that tried it broke down${lastWords === '' ? '' : `: ${lastWords}`}; what it did before is shown`;
  return { ...trial, problems: [...trial.problems, { path: '', message: why }] };
}
