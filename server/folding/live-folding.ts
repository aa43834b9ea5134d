/**
 * Folds a run's segments as they land, in order of time, and evaluates the criteria on what is folded. One segment index is open at a time:
 * it closes when all tasks that may still bring theirs have, or when one more segment's time has passed. What comes later is folded in
 * as soon as it is noticed, at the latest when the run is over (`whole-series.ts`).
 *
 * Its state is only a short cut: a new one finds in the folder all that the one before had done. Without a state it reads all of it again.
 */
import { z } from 'zod';
import { criteriaStateSchema } from '../../core/criteria/criteria-state.ts';
import { CriteriaEvaluator } from '../../core/criteria/evaluate.ts';
import type { Plan, TaskId } from '../../core/plan/plan.ts';
import { taskName } from '../../core/run/tasks.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { totalOfWindow } from '../../core/statistics/window.ts';
import { WindowReader } from '../../core/statistics/window-reader.ts';
import type { Log } from '../ports/log.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { FoldedSegment } from './folded-segment.ts';
import type { FoldedPart } from './measure-folded.ts';

/** Bounds what a single call folds after a restart, so that ticks go on renewing the lease. */
const CLOSED_PER_CALL_MAX = 20;
/** The same for what comes late of one task, which may have hung for hours. */
const LATE_PER_CALL_MAX = 20;

/** How far folding has come, for one who goes on with it. */
export const foldingStateSchema = z.strictObject({
  /** The open index: all before are closed. */
  index: z.int().min(0),
  /** Tasks whose segments were not there when their index was closed, and the first such index. */
  late: z.array(z.strictObject({ region: z.string(), task: z.int().min(0), since: z.int().min(0) })),
  criteria: criteriaStateSchema,
});
export type FoldingState = z.infer<typeof foldingStateSchema>;

/** What is known of a task while its segments are folded. */
export interface SegmentSource {
  id: TaskId;
  /** Its process lives: more may come. */
  mayWrite: boolean;
  /** How many segments it wrote in all; null while that is not known. */
  segments: number | null;
}

export interface FoldingMoment {
  goAtMs: number;
  nowMs: number;
  sources: readonly SegmentSource[];
  /** Whether the rest had better be left to the next call; asked after each index. */
  isTimeUp?(): boolean;
}

export class LiveFolding {
  readonly #plan: Plan;
  readonly #folder: RunFolder;
  readonly #log: Log;
  readonly #criteria: CriteriaEvaluator;
  readonly #judges: boolean;
  readonly #reader = new WindowReader();
  readonly #total = new Statistics();
  #index = 0;
  #open: FoldedSegment[] | null = null;
  /** By task: the first index that was closed without its segment. A task writes them in order: what follows is not there either. */
  readonly #late = new Map<string, { id: TaskId; since: number }>();
  readonly #damaged = new Set<string>();
  /** Tasks whose process has ended and whose next segment was not there: they have no more. */
  readonly #exhausted = new Set<string>();

  /** `state`: of one that folded the same run before. */
  constructor(plan: Plan, folder: RunFolder, log: Log, state: FoldingState | null = null) {
    this.#plan = plan;
    this.#folder = folder;
    this.#log = log;
    // The others are judged on the whole run, when it is over.
    const stopping = plan.criteria.filter(({ stop, timeframeSeconds }) => stop && timeframeSeconds !== null);
    this.#judges = stopping.length > 0;
    this.#criteria = new CriteriaEvaluator(stopping, plan.flows, state?.criteria ?? null);
    this.#index = state?.index ?? 0;
    for (const { region, since, task } of state?.late ?? []) {
      this.#late.set(taskName({ region, task }), { id: { region, task }, since });
    }
  }

  state(): FoldingState {
    const late = [...this.#late.values()].map(({ id: { region, task }, since }) => ({ region, task, since }));
    return { index: this.#index, late, criteria: this.#criteria.state() };
  }

  /** Stores what has landed of the open index, for one who will not remember it. */
  async storeOpen(): Promise<void> {
    for (const folded of this.#open ?? []) await folded.store();
  }

  /** Folds what has landed by now; `onClosed` is told of each index that closes. Returns the first criterion that wants the run stopped. */
  async advance(
    moment: FoldingMoment,
    onClosed?: (part: FoldedPart) => void,
  ): Promise<{ message: string; fail: boolean } | null> {
    for (let closed = 0; closed < CLOSED_PER_CALL_MAX; closed++) {
      if (moment.nowMs < this.#endMs(moment) || !(await this.#close(moment, onClosed))) break;
      if (moment.isTimeUp?.() === true) break;
    }
    return this.#criteria.stopCriterion();
  }

  /** When the open index is over, by the control plane's clock. */
  #endMs({ goAtMs }: FoldingMoment): number {
    return goAtMs + (this.#index + 1) * this.#plan.segmentSeconds * 1000;
  }

  /** Folds into the open index what is there; false while it must stay open. */
  async #close(moment: FoldingMoment, onClosed?: (part: FoldedPart) => void): Promise<boolean> {
    this.#open ??= await Promise.all(
      this.#plan.regions.map(({ name }) => FoldedSegment.load(this.#folder, this.#log, name, this.#index)),
    );
    const graceIsOver = moment.nowMs >= this.#endMs(moment) + this.#plan.segmentSeconds * 1000;
    const missing = (await Promise.all(this.#open.map((folded) => this.#take(folded, moment.sources)))).flat();
    const awaited = missing.filter(({ mayWrite }) => mayWrite);
    if (awaited.length > 0 && !graceIsOver) return false;
    const empty = this.#open.every(({ tasks }) => tasks.size === 0);
    if (empty && !moment.sources.some((source) => this.#mayComeYet(source))) return false;
    for (const folded of this.#open) await folded.store();
    this.#evaluate(this.#open);
    onClosed?.(this.#open);
    for (const { id } of missing) {
      const name = taskName(id);
      if (!this.#exhausted.has(name) && !this.#late.has(name)) this.#late.set(name, { id, since: this.#index });
    }
    this.#open = null;
    this.#damaged.clear();
    this.#index++;
    return true;
  }

  /** Returns the tasks whose segments are not there. */
  async #take(folded: FoldedSegment, sources: readonly SegmentSource[]): Promise<SegmentSource[]> {
    const wanted = sources.filter(
      (source) =>
        source.id.region === folded.region &&
        !folded.tasks.has(source.id.task) &&
        this.#mayComeYet(source) &&
        !this.#damaged.has(`${taskName(source.id)}/${folded.index}`),
    );
    if (wanted.length === 0) return [];
    const { missing, damaged } = await folded.takeIn(wanted.map(({ id }) => id.task));
    for (const task of damaged) this.#damaged.add(`${folded.region}/${task}/${folded.index}`);
    const absent = new Set(missing);
    for (const { id, mayWrite } of wanted) {
      if (!absent.has(id.task)) await this.#foldLate(id);
      else if (!mayWrite) this.#exhausted.add(taskName(id));
    }
    return wanted.filter(({ id }) => absent.has(id.task));
  }

  #mayComeYet({ id, segments, mayWrite }: SegmentSource): boolean {
    return segments === null ? mayWrite || !this.#exhausted.has(taskName(id)) : this.#index < segments;
  }

  /** A task writes its segments in order: when one is there, those before it that were late have landed too. */
  async #foldLate(id: TaskId): Promise<void> {
    const late = this.#late.get(taskName(id));
    if (late === undefined) return;
    const end = Math.min(this.#index, late.since + LATE_PER_CALL_MAX);
    for (; late.since < end; late.since++) {
      const folded = await FoldedSegment.load(this.#folder, this.#log, id.region, late.since);
      if (folded.tasks.has(id.task)) continue;
      await folded.takeIn([id.task]);
      await folded.store();
    }
    // The rest follows with its next segment, or with the report.
    if (late.since === this.#index) this.#late.delete(taskName(id));
  }

  #evaluate(open: readonly FoldedSegment[]): void {
    if (!this.#judges) return;
    const segments = open.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]));
    this.#reader.read(segments, (window) => {
      this.#criteria.second(window.second, totalOfWindow(window, this.#total), window.labels);
    });
  }
}
