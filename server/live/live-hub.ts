/**
 * Makes live messages of the windows that tasks print: one per region and interval as soon as all tasks have told, or after a short while with those that
 * have; one more, which includes it, when others tell later. Keeps the last ones for viewers who come late.
 */
import type { LiveWindow } from '../../core/run-folder/window-line.ts';
import { LiveInterval } from './live-interval.ts';

/** How long an interval waits for the tasks that have not told, once one has. */
const WAIT_MS = 300;
/** Intervals that still take windows; they hold histograms. */
const OPEN_INTERVALS_MAX = 6;
/** Seconds of messages that are kept for those who come late: longer than the folded series lags behind. */
const KEPT_SECONDS = 90;

export interface HubRun {
  id: string;
  goAtMs: number;
  regions: readonly { name: string; tasks: number }[];
}

export type Publish = (runId: string, region: string, payload: Uint8Array) => void;

interface OpenInterval {
  interval: LiveInterval;
  /** By the clock: when what is not yet published has waited for long enough; null when all of it is published. */
  publishAtMs: number | null;
}

interface RunState {
  run: HubRun;
  /** By region and index, in the order of their coming. */
  open: Map<string, OpenInterval>;
  /** The newest message of each region and interval. */
  kept: Map<string, { region: string; endMs: number; payload: Uint8Array }>;
  newest: Map<string, number>;
}

export class LiveHub {
  readonly #publish: Publish;
  readonly #nowMs: () => number;
  readonly #runs = new Map<string, RunState>();

  constructor(publish: Publish, nowMs: () => number) {
    this.#publish = publish;
    this.#nowMs = nowMs;
  }

  /** Takes a window that a task of the run printed. What happened long ago, as after a restart, nobody waits for any more. */
  add(run: HubRun, window: LiveWindow): void {
    const { region, seq, second, seconds } = window;
    const nowMs = this.#nowMs();
    if (endMsOf(run, second + seconds) < nowMs - KEPT_SECONDS * 1000) return;
    const state = this.#runs.get(run.id) ?? { run, open: new Map(), kept: new Map(), newest: new Map() };
    this.#runs.set(run.id, state);
    const newest = Math.max(seq, state.newest.get(region) ?? 0);
    if (seq <= newest - OPEN_INTERVALS_MAX) return;
    state.newest.set(region, newest);
    const key = `${region}/${seq}`;
    const open = state.open.get(key) ?? { interval: new LiveInterval(window), publishAtMs: null };
    if (!open.interval.add(window)) return;
    state.open.set(key, open);
    open.publishAtMs ??= nowMs + WAIT_MS;
    const planned = run.regions.find(({ name }) => name === region)?.tasks ?? 0;
    if (open.interval.tasks >= planned) this.#send(state, open);
  }

  /** Publishes what has waited for long enough, and forgets what is old. To be called several times a second. */
  flush(): void {
    const nowMs = this.#nowMs();
    for (const state of this.#runs.values()) {
      for (const [key, open] of state.open) {
        const { index, region } = open.interval;
        const isOver = index <= (state.newest.get(region) ?? 0) - OPEN_INTERVALS_MAX;
        if (open.publishAtMs !== null && (isOver || nowMs >= open.publishAtMs)) this.#send(state, open);
        if (isOver) state.open.delete(key);
      }
      for (const [key, { endMs }] of state.kept) if (endMs < nowMs - KEPT_SECONDS * 1000) state.kept.delete(key);
    }
  }

  /** The newest messages of a run's region (`+`: of all), the oldest first. */
  recent(runId: string, region: string): { region: string; payload: Uint8Array }[] {
    const kept = [...(this.#runs.get(runId)?.kept.values() ?? [])];
    return kept.filter((one) => region === '+' || one.region === region).sort((one, other) => one.endMs - other.endMs);
  }

  /** Publishes what is left of the run. */
  end(runId: string): void {
    const state = this.#runs.get(runId);
    for (const open of state?.open.values() ?? []) {
      if (state !== undefined && open.publishAtMs !== null) this.#send(state, open);
    }
    this.#runs.delete(runId);
  }

  #send({ run, kept }: RunState, open: OpenInterval): void {
    const { index, region, second, seconds } = open.interval;
    const payload = open.interval.payload();
    open.publishAtMs = null;
    kept.set(`${region}/${index}`, { region, endMs: endMsOf(run, second + seconds), payload });
    this.#publish(run.id, region, payload);
  }
}

function endMsOf({ goAtMs }: HubRun, endSecond: number): number {
  return goAtMs + endSecond * 1000;
}
