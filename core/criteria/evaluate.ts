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
 * it neither meets a condition nor breaks it. A criterion of one flow, without a label, looks at all labels of that flow together.
 */
import { LoadstarError } from '../errors.ts';
import type { Flow } from '../scenario/scenario.ts';
import { Statistics } from '../statistics/statistics.ts';
import type { CriteriaState, JudgeState } from './criteria-state.ts';
import type { Criterion, CriterionOutcome } from './criterion.ts';
import { flowLabels } from './flow-labels.ts';
import { addsUp, type SubjectReader, subjectReader } from './subject-value.ts';

const conditions: Record<Criterion['condition'], (value: number, threshold: number) => boolean> = {
  '>': (value, threshold) => value > threshold,
  '<': (value, threshold) => value < threshold,
  '>=': (value, threshold) => value >= threshold,
  '<=': (value, threshold) => value <= threshold,
  '=': (value, threshold) => value === threshold,
};

/** Takes the value of a second, and notes it in its state; tells the value that is judged and whether the criterion triggers. */
type Judge = (state: JudgeState, second: number, value: number) => { value: number; triggers: boolean };

/** Finds in a second what a criterion looks at; undefined: nothing. What it gives is only valid until it is asked again. */
type Scope = (total: Statistics, labels: ReadonlyMap<string, Statistics>) => Statistics | undefined;

/** A criterion that is judged second by second, and how far that has come. */
interface Watched {
  criterion: Criterion;
  scope: Scope;
  read: SubjectReader;
  judge: Judge;
  state: JudgeState;
  triggeredAtSecond: number | null;
  value: number | null;
}

/** Judges the criteria of one run. Throws `scenario_invalid` for a criterion whose subject there is not. */
export class CriteriaEvaluator {
  readonly #criteria: readonly Criterion[];
  readonly #readers: readonly SubjectReader[];
  readonly #watched = new Map<Criterion, Watched>();
  /** The whole run's statistics of what criteria without a timeframe look at, by scope. */
  readonly #cumulative = new Map<Scope, Statistics>();
  readonly #scopes: readonly Scope[];
  #lastSecond = -1;
  #stop: Criterion | null = null;

  /** `flows`: those that criteria may be for, by name. `state`: of one that was made of the same criteria, to go on where it was. */
  constructor(
    criteria: readonly Criterion[],
    flows: Readonly<Record<string, Flow>> = {},
    state: CriteriaState | null = null,
  ) {
    this.#criteria = criteria;
    this.#scopes = scopesOf(criteria, flows);
    this.#readers = criteria.map(subjectReader);
    for (const [position, criterion] of criteria.entries()) {
      if (criterion.timeframeSeconds === null) {
        const scope = this.#scopes[position]!;
        if (!this.#cumulative.has(scope)) this.#cumulative.set(scope, new Statistics());
      } else {
        const judge = judgeOf(criterion, criterion.timeframeSeconds);
        const read = this.#readers[position]!;
        this.#watched.set(criterion, {
          criterion,
          scope: this.#scopes[position]!,
          read,
          judge,
          state: { since: null, points: [] },
          triggeredAtSecond: null,
          value: null,
        });
      }
    }
    if (state !== null) this.#takeOver(state);
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
    for (const [scope, cumulative] of this.#cumulative) {
      const statistics = scope(total, labels);
      if (statistics !== undefined) cumulative.addLater(statistics);
    }
    for (const watched of this.#watched.values()) {
      const { criterion, scope, read, judge, state } = watched;
      const statistics = scope(total, labels);
      if (statistics === undefined || statistics.requests === 0) continue;
      const { value, triggers } = judge(state, second, read(statistics));
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

  /** Of the criteria with a timeframe; what those without have added up is not in it. */
  state(): CriteriaState {
    return {
      lastSecond: this.#lastSecond,
      stop: this.#stop === null ? null : this.#criteria.indexOf(this.#stop),
      watched: [...this.#watched.values()].map(({ state, triggeredAtSecond, value }) => ({
        triggeredAtSecond,
        value,
        judge: { since: state.since, points: state.points.map(([second, at]) => [second, at]) },
      })),
    };
  }

  #takeOver({ lastSecond, stop, watched }: CriteriaState): void {
    if (watched.length !== this.#watched.size) {
      throw new LoadstarError('internal', 'The state of the criteria is one of other criteria.');
    }
    this.#lastSecond = lastSecond;
    this.#stop = stop === null ? null : (this.#criteria[stop] ?? null);
    for (const [position, one] of [...this.#watched.values()].entries()) {
      const { judge, triggeredAtSecond, value } = watched[position]!;
      one.triggeredAtSecond = triggeredAtSecond;
      one.value = value;
      one.state = { since: judge.since, points: judge.points.map(([second, at]) => [second, at]) };
    }
  }

  /** What became of each criterion, in the order given; those without a timeframe are judged on all seconds so far. */
  finish(): CriterionOutcome[] {
    return this.#criteria.map((criterion, position) => {
      const watched = this.#watched.get(criterion);
      if (watched !== undefined) {
        const { triggeredAtSecond, value } = watched;
        return { criterion, triggered: triggeredAtSecond !== null, triggeredAtSecond, value };
      }
      const statistics = this.#cumulative.get(this.#scopes[position]!);
      const value = statistics === undefined || statistics.requests === 0 ? null : this.#readers[position]!(statistics);
      const triggered = value !== null && conditions[criterion.condition](value, criterion.threshold);
      return { criterion, triggered, triggeredAtSecond: null, value };
    });
  }
}

/** What each criterion looks at; the same for those that look at the same. */
function scopesOf(criteria: readonly Criterion[], flows: Readonly<Record<string, Flow>>): Scope[] {
  const ofFlow = new Map<string, Scope>();
  const ofLabel = new Map<string, Scope>();
  const known = (scopes: Map<string, Scope>, name: string, make: () => Scope) => {
    const scope = scopes.get(name) ?? make();
    scopes.set(name, scope);
    return scope;
  };
  return criteria.map(({ flow: name, label }) => {
    const flow = name !== null && label === '' && Object.hasOwn(flows, name) ? flows[name] : undefined;
    if (name !== null && flow !== undefined) return known(ofFlow, name, () => flowScope(flow));
    return known(ofLabel, label, () => (label === '' ? (total) => total : (_, labels) => labels.get(label)));
  });
}

function flowScope(flow: Flow): Scope {
  const isOwn = flowLabels(flow);
  const together = new Statistics();
  return (_, labels) => {
    together.clear();
    for (const [label, statistics] of labels) if (isOwn(label)) together.addConcurrent(statistics);
    return together;
  };
}

function judgeOf(criterion: Criterion, timeframeSeconds: number): Judge {
  const meets = (value: number) => conditions[criterion.condition](value, criterion.threshold);
  if (criterion.logic === 'for') return judgeOnEnd(meets, timeframeSeconds);
  return judgeTogether(meets, timeframeSeconds, addsUp(criterion), criterion.logic === 'over');
}

/** `for`: every value meets the condition, from one second on until the timeframe has passed. */
function judgeOnEnd(meets: (value: number) => boolean, timeframeSeconds: number): Judge {
  return (state, second, value) => {
    if (!meets(value)) {
      state.since = null;
      return { value, triggers: false };
    }
    state.since ??= second;
    return { value, triggers: second - state.since + 1 >= timeframeSeconds };
  };
}

/** `within` and `over`: the values of the last timeframe, together, meet the condition. */
function judgeTogether(
  meets: (value: number) => boolean,
  timeframeSeconds: number,
  summed: boolean,
  wholeTimeframe: boolean,
): Judge {
  return ({ points }, second, value) => {
    points.push([second, value]);
    while (points[0]![0] <= second - timeframeSeconds) points.shift();
    // Summed anew every time: a running sum would gather rounding errors over a long run.
    const sum = points.reduce((total, [, at]) => total + at, 0);
    const together = summed ? sum : sum / points.length;
    const isCovered = !wholeTimeframe || second - points[0]![0] + 1 >= timeframeSeconds;
    return { value: together, triggers: isCovered && meets(together) };
  };
}
