/** A task as the control plane can see it from outside: a process that reads `control.json` and leaves files, with faults on demand. */
import type { TaskId } from '../../plan/plan.ts';
import type { Control, Done } from '../../run-folder/run-folder.ts';

/** What goes wrong with a task. Instants count from its launch, in milliseconds; null: it does not. */
export interface TaskFaults {
  /** Its process is killed from outside. */
  diesAfterMs: number | null;
  /** It does nothing any more, but does not end. */
  hangsAfterMs: number | null;
  neverReady: boolean;
  /** It ends with a result that says that it failed. */
  failsBeforeReady: boolean;
  /** Its XML is cut short. */
  damagedResult: boolean;
  /** Its process is there only this long after the launch was accepted. */
  startDelayMs: number;
}

export const noFaults: TaskFaults = {
  diesAfterMs: null,
  hangsAfterMs: null,
  neverReady: false,
  failsBeforeReady: false,
  damagedResult: false,
  startDelayMs: 0,
};

export interface TaskTimes {
  prepareMs: number;
  loadMs: number;
  leaseMs: number;
  /** From the end of its load to its XML. */
  deliverMs: number;
}

export class SimulatedTask {
  readonly id: TaskId;
  readonly faults: TaskFaults;
  process: 'absent' | 'running' | 'ended' = 'absent';
  endedBecause: string | null = null;
  ready = false;
  loadOn = false;
  exit: Done['exit'] | null = null;
  /** Instant at which its XML landed. */
  deliveredAtMs: number | null = null;
  launches = 0;

  readonly #times: TaskTimes;
  #launchedAtMs = 0;
  #loadEndedAtMs: number | null = null;
  #revision = 0;
  #renewedAtMs = 0;
  #killAtMs: number | null = null;

  constructor(id: TaskId, times: TaskTimes, faults: TaskFaults) {
    this.id = id;
    this.#times = times;
    this.faults = faults;
  }

  launch(nowMs: number): void {
    if (this.launches > 0) return;
    this.launches++;
    this.process = 'running';
    this.#launchedAtMs = nowMs + this.faults.startDelayMs;
    this.#renewedAtMs = this.#launchedAtMs;
  }

  kill(nowMs: number, graceMs: number): void {
    if (this.process === 'running') this.#killAtMs ??= nowMs + graceMs;
  }

  release(): void {
    if (this.process === 'ended') this.process = 'absent';
  }

  /** Lives through the time since the last call. */
  advance(nowMs: number, control: Control | null): void {
    if (this.process !== 'running' || nowMs < this.#launchedAtMs) return;
    const ageMs = nowMs - this.#launchedAtMs;
    const { diesAfterMs, hangsAfterMs } = this.faults;
    const killed = this.#killAtMs !== null && nowMs >= this.#killAtMs;
    if (killed || (diesAfterMs !== null && ageMs >= diesAfterMs)) this.#end('signal SIGKILL');
    else if (hangsAfterMs !== null && ageMs >= hangsAfterMs) this.loadOn = false;
    else if (this.#loadEndedAtMs !== null) this.#deliver(nowMs, this.#loadEndedAtMs);
    else this.#work(nowMs, ageMs, control);
  }

  #deliver(nowMs: number, loadEndedAtMs: number): void {
    if (nowMs - loadEndedAtMs < this.#times.deliverMs) return;
    this.deliveredAtMs = nowMs;
    this.#end('exit code 0');
  }

  #work(nowMs: number, ageMs: number, control: Control | null): void {
    if (control !== null && control.revision > this.#revision) {
      this.#revision = control.revision;
      this.#renewedAtMs = nowMs;
    }
    const prepared = ageMs >= this.#times.prepareMs && !this.faults.neverReady;
    const goAtMs = control?.goAtMs ?? null;
    if (control?.state === 'stop') this.#endLoad('stopped', nowMs);
    else if (nowMs - this.#renewedAtMs > this.#times.leaseMs) this.#endLoad('lease-expired', nowMs);
    else if (prepared && this.faults.failsBeforeReady) this.#endLoad('failed', nowMs);
    else if (prepared) {
      this.ready = true;
      this.loadOn = goAtMs !== null && nowMs >= goAtMs;
      if (goAtMs !== null && nowMs >= goAtMs + this.#times.loadMs) this.#endLoad('completed', nowMs);
    }
  }

  #endLoad(exit: Done['exit'], nowMs: number): void {
    this.loadOn = false;
    this.exit = exit;
    this.#loadEndedAtMs = nowMs;
  }

  #end(because: string): void {
    this.loadOn = false;
    this.process = 'ended';
    this.endedBecause = because;
  }
}
