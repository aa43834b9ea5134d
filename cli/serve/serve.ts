/** `loadstar serve`: the control plane as a server in the foreground, until it is interrupted. */
import { join } from 'node:path';
import { exitCodes } from '../../core/errors.ts';
import { enginesFolderOf } from '../../engines/engines-folder.ts';
import { type PracticeTarget, startPracticeTarget } from '../../practice-target/start.ts';
import { createJsonLineLog } from '../../server/adapters/json-line-log.ts';
import { loadConfig } from '../../server/config/load-config.ts';
import { type ServedControlPlane, serveControlPlane } from '../../server/main/serve.ts';
import type { Log } from '../../server/ports/log.ts';
import type { RunOutputs } from '../run/run-locally.ts';
import { listenForInterrupts } from '../terminal/interrupts.ts';
import type { Output } from '../terminal/streams.ts';
import { printable } from '../terminal/text.ts';
import { showQuickStart } from './quick-start.ts';
import { stopRuns } from './stop-runs.ts';
import { untilAborted } from './until-aborted.ts';

export interface ServeRequest {
  /** Start the practice target beside it, and on the very first start run the Quick start scenario against it. */
  practice: boolean;
  environment: NodeJS.ProcessEnv;
  /** Of Loadstar. */
  version: string;
}

const nextSteps = `Next:
  npx loadstar run my-test.yml    a test of your own, here and now
  npx loadstar scenarios list     what this server keeps
  docs/scenarios.md, examples/    what a scenario can say

`;

/** Resolves with the exit code once it was interrupted and all is stopped. Throws a `LoadstarError` when it cannot start. */
export async function serve(request: ServeRequest, outputs: RunOutputs): Promise<number> {
  const { messages } = outputs;
  const { config, warnings } = loadConfig({ environment: request.environment, workingFolder: process.cwd() });
  const served = await serveControlPlane({
    config,
    version: request.version,
    consoleFolder: join(import.meta.dirname, '..', '..', 'console', 'dist'),
    enginesFolder: enginesFolderOf(request.environment, process.cwd()),
    log: logTo(messages, request),
  });
  const interrupted = new AbortController();
  const stopListening = listenForInterrupts((press) => {
    if (press === 1) interrupted.abort();
    else endNow(served, messages);
  });
  let target: PracticeTarget | null = null;
  try {
    target = request.practice ? await startPracticeTarget() : null;
    greet(messages, served, target, [...warnings, ...served.warnings]);
    if (target !== null && served.isFirstStart) {
      await showQuickStart({ local: served.local, target, signal: interrupted.signal }, outputs);
    }
    if (target !== null) messages.write(nextSteps);
    await untilAborted(interrupted.signal);
    messages.write('Stopping: runs are cancelled, their tasks ended. Ctrl-C again ends at once.\n');
    await stopRuns(served.local);
  } finally {
    await served.close();
    served.local.killTasksNow();
    await target?.stop();
    stopListening();
  }
  messages.write('Stopped. Nothing is left running.\n');
  return exitCodes.passed;
}

/** Where people look on, only what its operator should see, in words; elsewhere every line as JSON, for whoever collects them. */
function logTo({ isTty, write, style }: Output, { practice }: ServeRequest): Log {
  if (!isTty && !practice) return createJsonLineLog((line) => write(`${line}\n`), Date.now);
  return (level, message, fields) => {
    if (level === 'info') return;
    const detail = fields?.error === undefined ? '' : `: ${fields.error}`;
    write(`${level === 'error' ? style.red('error') : style.yellow('warning')}  ${printable(`${message}${detail}`)}\n`);
  };
}

function greet(
  { write, style }: Output,
  { invitation, url }: ServedControlPlane,
  target: PracticeTarget | null,
  warnings: readonly string[],
): void {
  write(`Loadstar serves ${style.bold(url)}  Ctrl-C stops it.\n`);
  write(`API              ${url}/api  (what it can do: ${url}/api/openapi.json)\n`);
  if (target !== null) write(`practice target  ${target.url}\n`);
  write('\n');
  if (invitation !== null) {
    write(
      `Open this to choose your password: it makes you the administrator, works once, until ${until(invitation.expiresAt)}.\n`,
    );
    write(`  ${style.bold(invitation.url)}\n`);
    if (invitation.isMailed) write('It is on its way by mail too.\n');
    write('The command line needs no sign-in on this machine.\n\n');
  }
  for (const warning of warnings) write(`${style.yellow('warning')}  ${printable(warning)}\n`);
}

function until(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

function endNow({ local }: ServedControlPlane, { write }: Output): never {
  local.killTasksNow();
  write('Ended at once: all tasks are killed.\n');
  process.exit(exitCodes.interrupted);
}
