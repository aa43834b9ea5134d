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
/** The same for the indexes that come late of one task, which may have hung for hours. */
const LATE_PER_CALL_MAX = 20;

/** How far folding has come, for one who goes on with it. */
export const foldingStateSchema = z.strictObject({
  /** The open index: all before are closed. */
  index: z.int().min(0),
  /** Sources that have been asked for their segment of it; all, and it is found out whether it closes. */
  asked: z.int().min(0).default(0),
  /** Tasks whose segments were not there when their index was closed, and the first such index. */
  late: z.array(z.strictObject({ region: z.string(), task: z.int().min(0), since: z.int().min(0) })),
  /** Tasks that have ended and whose next segment was not there. */
  exhausted: z.array(z.strictObject({ region: z.string(), task: z.int().min(0) })).default([]),
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
  /** In the same order each time. */
  sources: readonly SegmentSource[];
  /** Segments that are asked for at most, before the rest is left to the next call; all when left out. */
  segmentsMax?: number;
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
  #asked = 0;
  #open: FoldedSegment[] | null = null;
  /** By task: the first index that was closed without its segment. A task writes them in order: what follows is not there either. */
  readonly #late = new Map<string, { id: TaskId; since: number }>();
  readonly #damaged = new Set<string>();
  /** Tasks whose process has ended and whose next segment was not there: they have no more. */
  readonly #exhausted = new Map<string, TaskId>();

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
    this.#asked = state?.asked ?? 0;
    for (const { region, since, task } of state?.late ?? []) {
      this.#late.set(taskName({ region, task }), { id: { region, task }, since });
    }
    for (const id of state?.exhausted ?? []) this.#exhausted.set(taskName(id), id);
  }

  state(): FoldingState {
    const late = [...this.#late].sort(byName).map(([, { id, since }]) => ({ region: id.region, task: id.task, since }));
    const exhausted = [...this.#exhausted].sort(byName).map(([, { region, task }]) => ({ region, task }));
    // What was taken in and is not stored must be asked for again.
    const asked = this.#open?.some(({ isStored }) => !isStored) === true ? 0 : this.#asked;
    return { index: this.#index, asked, late, exhausted, criteria: this.#criteria.state() };
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
    const budget = { segments: moment.segmentsMax ?? Number.POSITIVE_INFINITY };
    for (let closed = 0; closed < CLOSED_PER_CALL_MAX; closed++) {
      if (moment.nowMs < this.#endMs(moment) || !(await this.#close(moment, budget, onClosed))) break;
      if (moment.isTimeUp?.() === true) break;
    }
    return this.#criteria.stopCriterion();
  }

  /** When the open index is over, by the control plane's clock. */
  #endMs({ goAtMs }: FoldingMoment): number {
    return goAtMs + (this.#index + 1) * this.#plan.segmentSeconds * 1000;
  }

  /** Folds into the open index what is there; false while it must stay open. */
  async #close(
    moment: FoldingMoment,
    budget: { segments: number },
    onClosed?: (part: FoldedPart) => void,
  ): Promise<boolean> {
    this.#open ??= await Promise.all(
      this.#plan.regions.map(({ name }) => FoldedSegment.load(this.#folder, this.#log, name, this.#index)),
    );
    const graceIsOver = moment.nowMs >= this.#endMs(moment) + this.#plan.segmentSeconds * 1000;
    const open = new Map(this.#open.map((folded) => [folded.region, folded]));
    const before = this.#asked;
    const wanted = this.#nextWanted(open, moment.sources, budget);
    try {
      await Promise.all(this.#open.map((folded) => this.#take(folded, wanted)));
    } catch (error) {
      this.#asked = before;
      throw error;
    }
    if (this.#asked < moment.sources.length) return false;
    this.#asked = 0;
    const missing = moment.sources.filter((source) => this.#isMissing(open, source));
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

  /** Goes on where it left off among the sources, as far as the budget allows: those whose segments of the open index are not in. */
  #nextWanted(
    open: ReadonlyMap<string, FoldedSegment>,
    sources: readonly SegmentSource[],
    budget: { segments: number },
  ): SegmentSource[] {
    const wanted: SegmentSource[] = [];
    for (; this.#asked < sources.length && wanted.length < budget.segments; this.#asked++) {
      const source = sources[this.#asked]!;
      if (this.#isMissing(open, source)) wanted.push(source);
    }
    budget.segments -= wanted.length;
    return wanted;
  }

  #isMissing(open: ReadonlyMap<string, FoldedSegment>, source: SegmentSource): boolean {
    const { region, task } = source.id;
    return (
      open.get(region)?.tasks.has(task) === false &&
      this.#mayComeYet(source) &&
      !this.#damaged.has(`${taskName(source.id)}/${this.#index}`)
    );
  }

  async #take(folded: FoldedSegment, sources: readonly SegmentSource[]): Promise<void> {
    const wanted = sources.filter(({ id }) => id.region === folded.region);
    if (wanted.length === 0) return;
    const { missing, damaged } = await folded.takeIn(wanted.map(({ id }) => id.task));
    for (const task of damaged) this.#damaged.add(`${folded.region}/${task}/${folded.index}`);
    const absent = new Set(missing);
    for (const { id, mayWrite } of wanted) {
      if (absent.has(id.task) && !mayWrite) this.#exhausted.set(taskName(id), id);
    }
    const landed = wanted.filter(({ id }) => !absent.has(id.task));
    await this.#foldLate(
      folded.region,
      landed.map(({ id }) => id),
    );
  }

  #mayComeYet({ id, segments, mayWrite }: SegmentSource): boolean {
    return segments === null ? mayWrite || !this.#exhausted.has(taskName(id)) : this.#index < segments;
  }

  /**
   * A task writes its segments in order: when one is there, those before it that were late have landed too. `landed`: tasks of the region. Where many were
   * late, as after an outage of their region, each index is taken up once.
   */
  async #foldLate(region: string, landed: readonly TaskId[]): Promise<void> {
    const late = landed.flatMap((id) => this.#late.get(taskName(id)) ?? []);
    const ends = new Map(late.map((task) => [task, Math.min(this.#index, task.since + LATE_PER_CALL_MAX)]));
    for (let index = Math.min(...late.map(({ since }) => since)); index < this.#index; index++) {
      const due = late.filter((task) => task.since === index && index < ends.get(task)!);
      if (due.length === 0) continue;
      const folded = await FoldedSegment.load(this.#folder, this.#log, region, index);
      await folded.takeIn(due.map(({ id }) => id.task).filter((task) => !folded.tasks.has(task)));
      await folded.store();
      for (const task of due) task.since = index + 1;
    }
    // The rest follows with its next segment, or with the report.
    for (const { id, since } of late) if (since === this.#index) this.#late.delete(taskName(id));
  }

  #evaluate(open: readonly FoldedSegment[]): void {
    if (!this.#judges) return;
    const segments = open.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]));
    this.#reader.read(segments, (window) => {
      this.#criteria.second(window.second, totalOfWindow(window, this.#total), window.labels);
    });
  }
}

/** So that the same state is the same text. */
function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
