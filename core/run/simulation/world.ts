/**
 * Everything outside the reducer that a run touches, in memory and on a simulated clock: the run's row, `control.json`, the launcher and
 * its tasks, result rows, the report. It keeps the rules that real stores keep (compare-and-swap, idempotent launches) and
 * notes in `violations` whatever must never happen.
 */
import type { Control } from '../../run-folder/run-folder.ts';
import { advanceControl, type ControlOrder } from '../advance-control.ts';
import type { Command, Observation, ReportedEnd, TaskObservation } from '../observation.ts';
import { phases, type Run } from '../run.ts';
import { taskName } from '../tasks.ts';
import { requestCancel } from '../transitions.ts';
import type { SimulatedTask } from './simulated-task.ts';

const STEP_MS = 100;

const noSummary = { requests: 0, failures: 0, requestsPerSecond: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, sparkline: [] };

export class World {
  nowMs: number;
  row: Run;
  control: Control | null = { revision: 1, state: 'wait', goAtMs: null, stopReason: null };
  readonly tasks: SimulatedTask[];
  readonly parsed = new Set<string>();
  report: ReportedEnd | null = null;
  stopCriterion: Observation['stopCriterion'] = null;
  launchError: string | null = null;
  /** The launcher takes no orders before this instant. */
  launcherDownUntilMs = 0;
  /** Steps of ticks that it took to end the run. */
  stepsTaken = 0;
  /** From the landing of a result until it is seen. */
  resultLagMs = 0;
  readonly violations: string[] = [];
  readonly phasesSeen: string[] = [];
  readonly #history: { atMs: number; observation: Observation }[] = [];

  constructor(run: Run, tasks: SimulatedTask[]) {
    this.nowMs = run.createdAtMs;
    this.row = run;
    this.tasks = tasks;
  }

  /** Lets time pass. */
  advance(ms: number): void {
    for (const end = this.nowMs + ms; this.nowMs < end; ) {
      this.nowMs = Math.min(this.nowMs + STEP_MS, end);
      for (const task of this.tasks) task.advance(this.nowMs, this.control);
      if (this.row.endedAtMs !== null && this.tasks.some((task) => task.loadOn)) this.#violate('load after the end');
    }
  }

  /** What a tick sees now. */
  observe(): Observation {
    const observation: Observation = {
      tasks: this.tasks.map((task) => this.#observeTask(task)),
      control: this.control,
      stopCriterion: this.stopCriterion,
      launchError: this.launchError,
      report: this.report,
    };
    this.#history.push({ atMs: this.nowMs, observation });
    while ((this.#history[0]?.atMs ?? this.nowMs) < this.nowMs - 10_000) this.#history.shift();
    return observation;
  }

  /** What a tick saw up to `ageMs` ago: a listing that lags behind. */
  observeLate(ageMs: number): Observation {
    const newest = this.observe();
    return this.#history.find(({ atMs }) => atMs >= this.nowMs - ageMs)?.observation ?? newest;
  }

  /** Stores the row if it still has the version it was made from. */
  store(next: Run): boolean {
    if (next.version !== this.row.version + 1) return false;
    if (phases.indexOf(next.phase) < phases.indexOf(this.row.phase))
      this.#violate(`${this.row.phase} -> ${next.phase}`);
    if (this.row.endedAtMs !== null) this.#violate('a final run changed');
    if (this.row.goAtMs !== null && next.goAtMs !== this.row.goAtMs) this.#violate('goAtMs changed in the row');
    if (this.row.stopReason !== null && next.stopReason !== this.row.stopReason) this.#violate('stopReason changed');
    if (next.phase !== this.row.phase) this.phasesSeen.push(next.phase);
    this.row = next;
    return true;
  }

  /** What the cancel verb does: notes it in the row, then writes `stop` itself. */
  cancel(writesControl: boolean): void {
    const asked = requestCancel(this.row, this.nowMs);
    if (asked === this.row) return;
    this.store({ ...asked, version: this.row.version + 1 });
    const stop = { kind: 'control', state: 'stop', goAtMs: null, stopReason: 'cancelled' } as const;
    if (writesControl) this.perform(stop, this.row);
  }

  /** Performs a command that a tick decided on, having stored the run as `decided`. */
  perform(command: Command, decided: Run): void {
    if (command.kind === 'launch') this.#launch(command.token, decided);
    else if (command.kind === 'control' || command.kind === 'go') this.#writeControl(command);
    else if (command.kind === 'parse-results') this.#parse();
    else if (command.kind === 'consolidate') this.#consolidate(command.status);
    else if (command.kind === 'kill') {
      for (const id of command.tasks) this.#task(taskName(id)).kill(this.nowMs, 2_000);
    } else for (const task of this.tasks) task.release();
  }

  #observeTask(task: SimulatedTask): TaskObservation {
    const landed = task.deliveredAtMs !== null && this.nowMs - task.deliveredAtMs >= this.resultLagMs;
    const known = this.parsed.has(taskName(task.id));
    const damaged = known && task.faults.damagedResult;
    return {
      ...task.id,
      process: task.process,
      endedBecause: task.endedBecause,
      ready: task.ready,
      result: !landed ? 'none' : !known ? 'landed' : damaged ? 'damaged' : 'parsed',
      exit: known && !damaged ? task.exit : null,
      error: damaged ? 'not XML' : task.exit === 'failed' ? 'no such file' : null,
    };
  }

  #launch(token: string, decided: Run): void {
    if (token !== this.row.id) this.#violate('another token');
    if (decided.stopReason !== null) this.#violate('launch after stop');
    this.launchError = this.nowMs < this.launcherDownUntilMs ? 'launcher is down' : null;
    if (this.launchError === null) for (const task of this.tasks) task.launch(this.nowMs);
  }

  #writeControl(order: ControlOrder): void {
    const before = this.control;
    const after = advanceControl(before, order, this.nowMs);
    if (before?.state === 'stop' && after.state !== 'stop') this.#violate('control went back');
    if (before?.goAtMs != null && after.goAtMs !== before.goAtMs) this.#violate('goAtMs changed in control.json');
    if (before?.goAtMs == null && after.goAtMs !== null && after.goAtMs < this.nowMs + 2_000)
      this.#violate('go too soon');
    this.control = after;
  }

  #parse(): void {
    for (const task of this.tasks) if (task.deliveredAtMs !== null) this.parsed.add(taskName(task.id));
  }

  #consolidate(status: ReportedEnd['status']): void {
    if (this.report !== null) return;
    const lost = new Set(this.row.lostTasks.map(taskName));
    for (const task of this.tasks) {
      const name = taskName(task.id);
      const sinceMs = task.deliveredAtMs === null ? 0 : this.nowMs - task.deliveredAtMs;
      const whole = !task.faults.damagedResult && (task.exit === 'completed' || task.exit === 'stopped');
      // A result that lands in the last moments, of a task given up long before, may miss the report.
      if (sinceMs > 3_000 && whole && (lost.has(name) || !this.parsed.has(name)))
        this.#violate(`${name} was not counted`);
    }
    this.report = { status, verdict: 'none', lostTasks: this.row.lostTasks, summary: noSummary };
  }

  #task(name: string): SimulatedTask {
    const task = this.tasks.find(({ id }) => taskName(id) === name);
    if (task === undefined) throw new Error(`no task ${name}`);
    return task;
  }

  #violate(what: string): void {
    this.violations.push(`${this.nowMs - this.row.createdAtMs} ms: ${what}`);
  }
}
