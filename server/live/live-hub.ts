/**
 * Makes live messages of the windows that tasks print: one per region and interval as soon as all tasks have told, or after a short while with those that
 * have; one more, which includes it, when others tell later. Keeps the last ones for viewers who come late.
 */
import { encodeLiveMessage } from '../../core/live/live-message.ts';
import type { LiveWindow } from '../../core/run-folder/window-line.ts';
import { Statistics } from '../../core/statistics/statistics.ts';

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
  region: string;
  index: number;
  second: number;
  seconds: number;
  /** Requests by task. */
  tasks: Map<number, number>;
  total: Statistics;
  labels: Map<string, Statistics>;
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
    const { region, seq, second, seconds, task } = window;
    const nowMs = this.#nowMs();
    if (endMsOf(run, second + seconds) < nowMs - KEPT_SECONDS * 1000) return;
    const state = this.#runs.get(run.id) ?? { run, open: new Map(), kept: new Map(), newest: new Map() };
    this.#runs.set(run.id, state);
    const newest = Math.max(seq, state.newest.get(region) ?? 0);
    if (seq <= newest - OPEN_INTERVALS_MAX) return;
    state.newest.set(region, newest);
    const key = `${region}/${seq}`;
    const interval = state.open.get(key) ?? newInterval(window);
    if (interval.tasks.has(task)) return;
    state.open.set(key, interval);
    addWindow(interval, window);
    interval.publishAtMs ??= nowMs + WAIT_MS;
    const planned = run.regions.find(({ name }) => name === region)?.tasks ?? 0;
    if (interval.tasks.size >= planned) this.#send(state, interval);
  }

  /** Publishes what has waited for long enough, and forgets what is old. To be called several times a second. */
  flush(): void {
    const nowMs = this.#nowMs();
    for (const state of this.#runs.values()) {
      for (const [key, interval] of state.open) {
        const isOver = interval.index <= (state.newest.get(interval.region) ?? 0) - OPEN_INTERVALS_MAX;
        if (interval.publishAtMs !== null && (isOver || nowMs >= interval.publishAtMs)) this.#send(state, interval);
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
    for (const interval of state?.open.values() ?? []) {
      if (state !== undefined && interval.publishAtMs !== null) this.#send(state, interval);
    }
    this.#runs.delete(runId);
  }

  #send({ run, kept }: RunState, interval: OpenInterval): void {
    const { index, labels, region, second, seconds, total } = interval;
    const tasks = [...interval.tasks].sort(([one], [other]) => one - other);
    const payload = encodeLiveMessage({
      region,
      index,
      second,
      seconds,
      tasks: tasks.map(([task]) => task),
      taskRequests: tasks.map(([, requests]) => requests),
      total,
      labels,
    });
    interval.publishAtMs = null;
    kept.set(`${region}/${index}`, { region, endMs: endMsOf(run, second + seconds), payload });
    this.#publish(run.id, region, payload);
  }
}

function endMsOf({ goAtMs }: HubRun, endSecond: number): number {
  return goAtMs + endSecond * 1000;
}

function newInterval({ region, second, seconds, seq }: LiveWindow): OpenInterval {
  const tasks = new Map<number, number>();
  return {
    region,
    index: seq,
    second,
    seconds,
    tasks,
    total: new Statistics(),
    labels: new Map(),
    publishAtMs: null,
  };
}

function addWindow(interval: OpenInterval, { labels, second, seconds, task, total }: LiveWindow): void {
  const end = Math.max(interval.second + interval.seconds, second + seconds);
  interval.second = Math.min(interval.second, second);
  interval.seconds = end - interval.second;
  interval.tasks.set(task, total.requests);
  interval.total.addConcurrent(total);
  for (const { label, requests, failures } of labels) {
    const statistics = interval.labels.get(label) ?? new Statistics();
    interval.labels.set(label, statistics);
    statistics.requests += requests;
    statistics.plannedStarts += requests;
    statistics.failures += failures;
  }
}
