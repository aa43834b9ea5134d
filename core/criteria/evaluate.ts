/**
 * Judges pass/fail criteria on merged data: live, as seconds come in, and at the end. The logic is that of Taurus' `passfail`; the values are exact
 * where Taurus' are rounded.
 *
 * | criterion | triggers |
 * |---|---|
 * | without a timeframe | at the end, when the value of the whole run meets the condition |
 * | `for 10s` | when every second has met the condition for 10 s on end |
 * | `within 10s` | as soon as the last 10 s together meet the condition, even before 10 s have passed |
 * | `over 10s` | the same, once there are 10 s to look at |
 *
 * The last seconds together: counts are summed, all else is the mean of the seconds' values. A second without a request (of the label) is no data:
 * it neither meets a condition nor breaks it.
 */
import { LoadstarError } from '../errors.ts';
import { Statistics } from '../statistics/statistics.ts';
import type { Criterion, CriterionOutcome } from './criterion.ts';
import { addsUp, type SubjectReader, subjectReader } from './subject-value.ts';

const conditions: Record<Criterion['condition'], (value: number, threshold: number) => boolean> = {
  '>': (value, threshold) => value > threshold,
  '<': (value, threshold) => value < threshold,
  '>=': (value, threshold) => value >= threshold,
  '<=': (value, threshold) => value <= threshold,
  '=': (value, threshold) => value === threshold,
};

/** Takes the value of a second; tells the value that is judged and whether the criterion triggers. */
type Judge = (second: number, value: number) => { value: number; triggers: boolean };

/** A criterion that is judged second by second, and how far that has come. */
interface Watched {
  criterion: Criterion;
  read: SubjectReader;
  judge: Judge;
  triggeredAtSecond: number | null;
  value: number | null;
}

/** Judges the criteria of one run. Throws `scenario_invalid` for a criterion whose subject there is not. */
export class CriteriaEvaluator {
  readonly #criteria: readonly Criterion[];
  readonly #readers: readonly SubjectReader[];
  readonly #watched = new Map<Criterion, Watched>();
  /** The whole run's statistics of the labels that criteria without a timeframe look at. */
  readonly #cumulative = new Map<string, Statistics>();
  #lastSecond = -1;
  #stop: Criterion | null = null;

  constructor(criteria: readonly Criterion[]) {
    this.#criteria = criteria;
    this.#readers = criteria.map(subjectReader);
    for (const [position, criterion] of criteria.entries()) {
      if (criterion.timeframeSeconds === null) {
        this.#cumulative.set(criterion.label, new Statistics());
      } else {
        const judge = judgeOf(criterion, criterion.timeframeSeconds);
        const read = this.#readers[position]!;
        this.#watched.set(criterion, { criterion, read, judge, triggeredAtSecond: null, value: null });
      }
    }
  }

  /**
   * Takes a second of the run (from go), merged over all tasks; seconds come in order, each once. Nothing of the statistics is kept. Throws `internal`
   * for a second that is over.
   */
  second(second: number, total: Statistics, labels: ReadonlyMap<string, Statistics>): void {
    if (!(second > this.#lastSecond)) {
      throw new LoadstarError(
        'internal',
        `Second ${second} was given to the criteria after second ${this.#lastSecond}.`,
      );
    }
    this.#lastSecond = second;
    for (const [label, cumulative] of this.#cumulative) {
      const statistics = label === '' ? total : labels.get(label);
      if (statistics !== undefined) cumulative.addLater(statistics);
    }
    for (const watched of this.#watched.values()) {
      const { criterion, read, judge } = watched;
      const statistics = criterion.label === '' ? total : labels.get(criterion.label);
      if (statistics === undefined || statistics.requests === 0) continue;
      const { value, triggers } = judge(second, read(statistics));
      if (watched.triggeredAtSecond !== null) continue;
      watched.value = value;
      if (!triggers) continue;
      watched.triggeredAtSecond = second;
      if (criterion.stop) this.#stop ??= criterion;
    }
  }

  /** The criterion that triggered first of those that stop the run (in the same second: the first in the list); null: none has. */
  stopCriterion(): { message: string; fail: boolean } | null {
    return this.#stop === null ? null : { message: this.#stop.message, fail: this.#stop.fail };
  }

  /** What became of each criterion, in the order given; those without a timeframe are judged on all seconds so far. */
  finish(): CriterionOutcome[] {
    return this.#criteria.map((criterion, position) => {
      const watched = this.#watched.get(criterion);
      if (watched !== undefined) {
        const { triggeredAtSecond, value } = watched;
        return { criterion, triggered: triggeredAtSecond !== null, triggeredAtSecond, value };
      }
      const statistics = this.#cumulative.get(criterion.label);
      const value = statistics === undefined || statistics.requests === 0 ? null : this.#readers[position]!(statistics);
      const triggered = value !== null && conditions[criterion.condition](value, criterion.threshold);
      return { criterion, triggered, triggeredAtSecond: null, value };
    });
  }
}

function judgeOf(criterion: Criterion, timeframeSeconds: number): Judge {
  const meets = (value: number) => conditions[criterion.condition](value, criterion.threshold);
  if (criterion.logic === 'for') return judgeOnEnd(meets, timeframeSeconds);
  return judgeTogether(meets, timeframeSeconds, addsUp(criterion), criterion.logic === 'over');
}

/** `for`: every value meets the condition, from one second on until the timeframe has passed. */
function judgeOnEnd(meets: (value: number) => boolean, timeframeSeconds: number): Judge {
  let since: number | null = null;
  return (second, value) => {
    if (!meets(value)) {
      since = null;
      return { value, triggers: false };
    }
    since ??= second;
    return { value, triggers: second - since + 1 >= timeframeSeconds };
  };
}

/** `within` and `over`: the values of the last timeframe, together, meet the condition. */
function judgeTogether(
  meets: (value: number) => boolean,
  timeframeSeconds: number,
  summed: boolean,
  wholeTimeframe: boolean,
): Judge {
  const points: { second: number; value: number }[] = [];
  return (second, value) => {
    points.push({ second, value });
    while (points[0]!.second <= second - timeframeSeconds) points.shift();
    // Summed anew every time: a running sum would gather rounding errors over a long run.
    const sum = points.reduce((total, point) => total + point.value, 0);
    const together = summed ? sum : sum / points.length;
    const isCovered = !wholeTimeframe || second - points[0]!.second + 1 >= timeframeSeconds;
    return { value: together, triggers: isCovered && meets(together) };
  };
}
