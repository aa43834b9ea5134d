/**
 * Folds a run's segments as they land, in order of time, and evaluates the criteria on what is folded. One segment index is open at a time:
 * it closes when all tasks that may still bring theirs have, or when one more segment's time has passed. What comes later is folded in
 * as soon as it is noticed, at the latest when the run is over (`whole-series.ts`).
 *
 * Its state is only a short cut: a new one finds in the folder all that the one before had done.
 */
import { CriteriaEvaluator } from '../../core/criteria/evaluate.ts';
import type { Plan, TaskId } from '../../core/plan/plan.ts';
import { taskName } from '../../core/run/tasks.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { totalOfWindow } from '../../core/statistics/window.ts';
import { WindowReader } from '../../core/statistics/window-reader.ts';
import type { Log } from '../ports/log.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { FoldedSegment } from './folded-segment.ts';

/** Bounds what a single call folds after a restart, so that ticks go on renewing the lease. */
const CLOSED_PER_CALL_MAX = 20;

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
}

export class LiveFolding {
  readonly #plan: Plan;
  readonly #folder: RunFolder;
  readonly #log: Log;
  readonly #criteria: CriteriaEvaluator;
  readonly #reader = new WindowReader();
  readonly #total = new Statistics();
  #index = 0;
  #open: FoldedSegment[] | null = null;
  /** By task: indexes that were closed without its segment. */
  readonly #late = new Map<string, number[]>();
  readonly #damaged = new Set<string>();
  /** Tasks whose process has ended and whose next segment was not there: they have no more. */
  readonly #exhausted = new Set<string>();

  constructor(plan: Plan, folder: RunFolder, log: Log) {
    this.#plan = plan;
    this.#folder = folder;
    this.#log = log;
    this.#criteria = new CriteriaEvaluator(plan.criteria, plan.flows);
  }

  /** Folds what has landed by now. Returns the first criterion that wants the run stopped. */
  async advance(moment: FoldingMoment): Promise<{ message: string; fail: boolean } | null> {
    for (let closed = 0; closed < CLOSED_PER_CALL_MAX; closed++) {
      if (moment.nowMs < this.#endMs(moment) || !(await this.#close(moment))) break;
    }
    return this.#criteria.stopCriterion();
  }

  /** When the open index is over, by the control plane's clock. */
  #endMs({ goAtMs }: FoldingMoment): number {
    return goAtMs + (this.#index + 1) * this.#plan.segmentSeconds * 1000;
  }

  /** Folds into the open index what is there; false while it must stay open. */
  async #close(moment: FoldingMoment): Promise<boolean> {
    this.#open ??= await Promise.all(
      this.#plan.regions.map(({ name }) => FoldedSegment.load(this.#folder, this.#log, name, this.#index)),
    );
    const graceIsOver = moment.nowMs >= this.#endMs(moment) + this.#plan.segmentSeconds * 1000;
    const missing: SegmentSource[] = [];
    for (const folded of this.#open) missing.push(...(await this.#take(folded, moment.sources)));
    const awaited = missing.filter(({ mayWrite }) => mayWrite);
    if (awaited.length > 0 && !graceIsOver) return false;
    const empty = this.#open.every(({ tasks }) => tasks.size === 0);
    if (empty && !moment.sources.some((source) => this.#mayComeYet(source))) return false;
    for (const folded of this.#open) await folded.store();
    this.#evaluate(this.#open);
    for (const { id } of missing) this.#late.set(taskName(id), [...(this.#late.get(taskName(id)) ?? []), this.#index]);
    this.#open = null;
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
    const indexes = this.#late.get(taskName(id));
    if (indexes === undefined) return;
    this.#late.delete(taskName(id));
    for (const index of indexes) {
      const folded = await FoldedSegment.load(this.#folder, this.#log, id.region, index);
      await folded.takeIn([id.task]);
      await folded.store();
    }
  }

  #evaluate(open: readonly FoldedSegment[]): void {
    if (this.#plan.criteria.length === 0) return;
    const segments = open.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]));
    this.#reader.read(segments, (window) => {
      this.#criteria.second(window.second, totalOfWindow(window, this.#total), window.labels);
    });
  }
}
