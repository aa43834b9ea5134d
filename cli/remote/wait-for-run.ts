/** A run on a server as if it were here: progress, Ctrl-C, summary and exit code are those of `loadstar run`. */
import type { RunResource } from '../../core/api/runs.ts';
import { exitCodes, LoadstarError } from '../../core/errors.ts';
import type { Report } from '../../core/report/report.ts';
import type { ApiClient } from '../client/api-client.ts';
import { retrying } from '../client/retry.ts';
import { createDisplay } from '../progress/create-display.ts';
import type { Display } from '../progress/display.ts';
import { presentReport } from '../run/present-report.ts';
import type { RunOutputs } from '../run/run-locally.ts';
import { exitCodeOf } from '../summary/verdict.ts';
import { listenForInterrupts } from '../terminal/interrupts.ts';
import { printable } from '../terminal/text.ts';
import { followRun } from './follow-run.ts';
import { writeJson } from './write-json.ts';

const REPORT_GIVE_UP_AFTER_MS = 60_000;

export interface WaitRequest {
  client: ApiClient;
  /** Starts the run, or finds the one that is followed. */
  begin(): Promise<RunResource>;
  /** What the first Ctrl-C does: cancel the run, or only leave it alone. */
  onInterrupt: 'cancel' | 'leave';
  /** Absolute path; null: not wanted. */
  reportFile: string | null;
  quiet: boolean;
  /** Prints the report as JSON instead of the summary. */
  json: boolean;
}

/** Resolves with the exit code. Throws what the server answers, and a `LoadstarError` when the run ends without a report. */
export async function waitForRun(request: WaitRequest, outputs: RunOutputs): Promise<number> {
  const waiting = new Waiting(request, createDisplay(outputs.messages, request));
  try {
    return await waiting.run(outputs);
  } finally {
    waiting.end();
  }
}

class Waiting {
  readonly #request: WaitRequest;
  readonly #display: Display;
  readonly #stopListening: () => void;
  readonly #left = new AbortController();
  readonly #told = new Set<string>();
  #interrupted = false;
  #runId: string | null = null;

  constructor(request: WaitRequest, display: Display) {
    this.#request = request;
    this.#display = display;
    this.#stopListening = listenForInterrupts((press) => this.#onPress(press));
  }

  async run(outputs: RunOutputs): Promise<number> {
    const { client, quiet, json } = this.#request;
    const { id, scenarioName } = await this.#request.begin();
    this.#runId = id;
    if (!quiet) this.#display.note(`Run ${printable(id)} of "${printable(scenarioName)}" on ${client.server}`);
    // Ctrl-C may have come before there was a run to cancel.
    if (this.#interrupted) this.#cancel();
    const run = await followRun(client, id, {
      onProgress: (progress) => this.#display.update(progress),
      onTrouble: (words) => this.#tell(words),
      signal: this.#left.signal,
    });
    this.#display.stop();
    if (this.#left.signal.aborted) return exitCodes.interrupted;
    const report = await readReportOf(client, run);
    if (report === null) {
      outputs.messages.write('The run was cancelled before it measured anything: there is no report.\n');
      return exitCodes.interrupted;
    }
    if (json) writeJson(report, outputs.results);
    const results = json ? { ...outputs.results, write: () => {} } : outputs.results;
    await presentReport(report, { ...this.#request, outFolder: null, cost: run.cost }, results);
    return exitCodeOf(report, this.#interrupted);
  }

  end(): void {
    this.#display.stop();
    this.#stopListening();
  }

  #onPress(press: number): void {
    if (this.#request.onInterrupt === 'leave') {
      this.#display.note('Followed no more; the run goes on.');
      this.#left.abort();
      return;
    }
    if (press === 1) {
      this.#interrupted = true;
      this.#display.note(
        'Interrupted: the run is being cancelled, its report follows. Ctrl-C again leaves at once, without it.',
      );
      if (this.#runId !== null) this.#cancel();
      return;
    }
    this.#display.stop();
    const which = this.#runId === null ? 'A run that was started' : `Run ${printable(this.#runId)}`;
    this.#display.note(`Left at once, without a report. ${which} is still on the server: see loadstar runs list.`);
    process.exit(exitCodes.interrupted);
  }

  #cancel(): void {
    const runId = this.#runId ?? '';
    const cancel = () => this.#request.client.cancelRun(runId);
    retrying(cancel, { giveUpAfterMs: REPORT_GIVE_UP_AFTER_MS }).catch((error: Error) => {
      // It has ended meanwhile: there is nothing to cancel any more.
      if (error instanceof LoadstarError && error.code === 'run_state_conflict') return;
      this.#display.note(`The run could not be cancelled: ${printable(error.message)}`);
    });
  }

  #tell(words: string): void {
    if (this.#told.has(words)) return;
    this.#told.add(words);
    this.#display.note(printable(words));
  }
}

/** Null when the run was cancelled before there was anything to report. */
async function readReportOf(client: ApiClient, run: RunResource): Promise<Report | null> {
  try {
    return await retrying(() => client.getReport(run.id), { giveUpAfterMs: REPORT_GIVE_UP_AFTER_MS });
  } catch (error) {
    const isMissing = error instanceof LoadstarError && ['report_not_ready', 'not_found'].includes(error.code);
    if (!isMissing) throw error;
    if (run.phase === 'cancelled') return null;
    const message = `Run ${run.id} ended without a report: ${run.reason ?? 'no reason is known'}`;
    throw new LoadstarError('task_failed', message, { cause: error });
  }
}
