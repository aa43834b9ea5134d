/** One run on this machine from start to report: an ephemeral control plane, real tasks, progress, Ctrl-C, and what is left behind. */

import { exitCodes, LoadstarError } from '../../core/errors.ts';
import type { Report } from '../../core/report/report.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import type { FileBodies } from '../../server/verbs/taurus-files.ts';
import { createDisplay } from '../progress/create-display.ts';
import type { Display } from '../progress/display.ts';
import { exitCodeOf } from '../summary/verdict.ts';
import { listenForInterrupts } from '../terminal/interrupts.ts';
import type { Output } from '../terminal/streams.ts';
import { printable } from '../terminal/text.ts';
import type { ControlPlane, OpenControlPlane } from './control-plane.ts';
import { presentReport } from './present-report.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export interface LocalRunRequest {
  scenario: Scenario;
  /** The scenario's own files by their path in it. */
  files: FileBodies;
  /** Absolute paths; null: not wanted. */
  reportFile: string | null;
  outFolder: string | null;
  quiet: boolean;
}

export interface LocalRunOutcome {
  report: Report;
  exitCode: number;
}

/** Where it writes: the summary to `results`, all else to `messages`. */
export interface RunOutputs {
  results: Output;
  messages: Output;
}

/**
 * Carries the run out and prints its summary. Interrupted once, it cancels the run and waits for the partial report; interrupted again, it ends the
 * process at once, its tasks first. Throws a `LoadstarError` when there is no report.
 */
export async function runLocally(
  request: LocalRunRequest,
  open: OpenControlPlane,
  outputs: RunOutputs,
): Promise<LocalRunOutcome> {
  const workspace = await createWorkspace(request.outFolder);
  const session = new Session(workspace, createDisplay(outputs.messages, request));
  try {
    const report = await session.run(request, open);
    await presentReport(report, request, outputs.results);
    return { report, exitCode: exitCodeOf(report, session.interrupted) };
  } finally {
    await session.end();
  }
}

/** What has to be put in order however the run ends. */
class Session {
  interrupted = false;
  readonly #workspace: Workspace;
  readonly #display: Display;
  readonly #stopListening: () => void;
  #controlPlane: ControlPlane | null = null;
  #runId: string | null = null;
  /** Trouble that people were told of: trouble that stays would fill the screen. */
  readonly #told = new Set<string>();

  constructor(workspace: Workspace, display: Display) {
    this.#workspace = workspace;
    this.#display = display;
    this.#stopListening = listenForInterrupts((press) => (press === 1 ? this.#cancel() : this.#endNow()));
  }

  async run(request: LocalRunRequest, open: OpenControlPlane): Promise<Report> {
    const capacity = Object.fromEntries(
      Object.entries(request.scenario.regions).map(([name, { tasks }]) => [name, tasks]),
    );
    const onTrouble = (words: string) => this.#tell(words);
    this.#controlPlane = await open({ home: this.#workspace.home, capacity, onTrouble });
    this.#runId = await this.#controlPlane.start(request.scenario, request.files);
    // Ctrl-C may have come before there was a run to cancel.
    if (this.interrupted) await this.#controlPlane.cancel(this.#runId);
    await this.#controlPlane.watch(this.#runId, (progress) => this.#display.update(progress));
    this.#display.stop();
    const report = await this.#controlPlane.readReport(this.#runId);
    if (report !== null) return report;
    const reason = await this.#controlPlane.reasonOf(this.#runId);
    throw new LoadstarError('task_failed', `The run ended without a report: ${reason ?? 'no reason is known'}`);
  }

  async end(): Promise<void> {
    this.#display.stop();
    // None is left when the run came to its end; when something failed here, the load must not outlive it. Twice, since a tick
    // under way may launch until all is closed.
    this.#controlPlane?.killTasksNow();
    try {
      await this.#controlPlane?.close();
    } finally {
      this.#controlPlane?.killTasksNow();
    }
    const runFolder = this.#runId === null ? null : (this.#controlPlane?.runFolder(this.#runId) ?? null);
    await this.#workspace.finish(runFolder);
    this.#stopListening();
  }

  #tell(words: string): void {
    if (this.#told.has(words)) return;
    this.#told.add(words);
    this.#display.note(printable(words));
  }

  #cancel(): void {
    this.interrupted = true;
    this.#display.note(
      'Interrupted: the load is being stopped, the report follows. Ctrl-C again ends at once, without it.',
    );
    if (this.#controlPlane === null || this.#runId === null) return;
    this.#controlPlane.cancel(this.#runId).catch((error: Error) => {
      this.#display.note(`The run could not be cancelled: ${error.message}. Ctrl-C again ends it at once.`);
    });
  }

  #endNow(): never {
    this.#controlPlane?.killTasksNow();
    this.#display.stop();
    this.#display.note('Ended at once: all tasks are killed, there is no report.');
    this.#workspace.abandon();
    process.exit(exitCodes.interrupted);
  }
}
