/**
 * A task as a process: its settings, its output, its signals, its exit code; around `runTask`, whatever the engine.
 */
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { exitCodes, LoadstarError } from '../core/errors.ts';
import { systemClock } from './clock.ts';
import type { Engine, TaskEngineContext } from './engine.ts';
import { processHealthSource } from './health.ts';
import { HiddenTexts } from './hidden-texts.ts';
import { hostFacts, workerVersion } from './host.ts';
import { LineOutput, writeToDescriptor } from './line-output.ts';
import { createLog, type Log, messageOf } from './log.ts';
import { openRunFolder } from './run-folder/open.ts';
import { readSettings, type WorkerSettings } from './settings.ts';
import { findSharedLog } from './shared-log.ts';
import { runTask } from './task.ts';

const STDOUT = 1;
const FLUSH_MS = 2_000;

type CreateEngine = (context: TaskEngineContext) => Engine | Promise<Engine>;

/** Signals as the task understands them: the first asks to stop, the second ends the process as if nobody had listened. */
function stopOnSignals(log: Log): AbortSignal {
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopped.signal.aborted) {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
        return;
      }
      log('info', `${signal}: stopping; a second signal ends at once`);
      stopped.abort();
    });
  }
  return stopped.signal;
}

/** What nobody caught: the first one is the reason for which the task fails. */
function failOnUncaught(log: Log): AbortSignal {
  const failed = new AbortController();
  const onError = (error: unknown): void => {
    log('error', 'something broke that nobody handled', {
      error,
      stack: error instanceof Error ? error.stack : undefined,
    });
    failed.abort(error instanceof Error ? error : new LoadstarError('internal', messageOf(error)));
  };
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
  return failed.signal;
}

async function run(settings: WorkerSettings, output: LineOutput, createEngine: CreateEngine): Promise<number> {
  const { id, runFolder, runId, runToken, secrets } = settings;
  const clock = systemClock;
  const printLine = (line: string): void => output.print(line);
  const hidden = new HiddenTexts();
  if (runToken !== null) hidden.hide([runToken]);
  const log = createLog({
    printLine,
    epochMs: clock.epochMs,
    fields: { ...(runId !== null && { run: runId }), ...id },
    mask: (text) => hidden.mask(text),
  });
  // Before anything is waited for: from here on it is told to stop, and breaks, as a task does.
  const stopSignal = stopOnSignals(log);
  const failureSignal = failOnUncaught(log);
  const folder = await openRunFolder(runFolder, id, { clock, log });
  const exit = await runTask({
    id,
    folder,
    clock,
    log,
    sharedLog: await findSharedLog(runId, process.env, log),
    secrets,
    hidden,
    compress: promisify(zstdCompress),
    printLine,
    createEngine,
    health: processHealthSource,
    host: hostFacts(),
    workerVersion: workerVersion(),
    stopSignal,
    failureSignal,
  });
  await folder.close();
  if (output.dropped > 0) log('warn', 'lines of output were lost', { lines: output.dropped });
  return exit === 'failed' ? 1 : 0;
}

/** Runs the task that the arguments name and resolves with the process' exit code. Never throws. */
export async function runProgram(createEngine: CreateEngine): Promise<number> {
  // Whoever started the task may be gone, and its end of the pipes with it.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  const output = new LineOutput({ write: writeToDescriptor(STDOUT), clock: systemClock });
  try {
    const settings = readSettings(process.argv.slice(2), process.env);
    // Processes that an engine starts inherit the environment.
    delete process.env.LOADSTAR_RUN_TOKEN;
    delete process.env.LOADSTAR_SECRETS;
    return await run(settings, output, createEngine);
  } catch (error) {
    output.print(JSON.stringify({ time: new Date().toISOString(), level: 'error', message: messageOf(error) }));
    return error instanceof LoadstarError && error.code === 'option_invalid' ? exitCodes.badInput : 1;
  } finally {
    await output.flush(FLUSH_MS);
  }
}
