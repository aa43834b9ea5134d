/** The load profile of an execution: Taurus' keywords, and ours, made explicit as closed or open model. */
import { rateOf, wholeNumberOf } from '../input/fields.ts';
import type { Read } from '../input/keywords.ts';
import { type Path, type Problems, pathText } from '../input/problems.ts';
import { isMapping, type TaurusValue, valueAt } from '../input/value.ts';
import { limits } from '../limits.ts';
import { readStages } from './read-stages.ts';
import type { LoadProfile, Stages } from './scenario.ts';
import type { executionKeywords } from './taurus-schema.ts';

type ExecutionRead = Read<typeof executionKeywords.fields>;
/** What a load is made of, whatever the engine. */
export type LoadRead = Pick<
  ExecutionRead,
  'concurrency' | 'throughput' | 'ramp-up' | 'hold-for' | 'iterations' | 'steps'
>;
type Rate = { starts: 'requests' | 'iterations'; perSecond: number | null };

/** Null when it is no load that could be run; all that is wrong is in `problems`. */
export function readLoad(read: ExecutionRead, path: Path, problems: Problems): LoadProfile | null {
  const countBefore = problems.count;
  const hasStages = read.stages !== undefined;
  const concurrency = amountOf(
    read.concurrency,
    wholeNumberOf,
    limits.usersMax,
    'concurrency',
    hasStages,
    path,
    problems,
  );
  const rate = readRate(read, hasStages, path, problems);
  const iterations = read.iterations === undefined || read.iterations === 0 ? null : read.iterations;
  if (hasStages) {
    const stages = readStages(read, rate === null ? concurrency : rate.perSecond, rate !== null, path, problems);
    return stages === null || problems.count > countBefore ? null : stagedLoad(stages, rate, concurrency, iterations);
  }
  const rampUpSeconds = read['ramp-up'] ?? 0;
  const holdForSeconds = read['hold-for'] ?? 0;
  const seconds = rampUpSeconds + holdForSeconds;
  if (seconds > limits.runSecondsMax) {
    const longer = holdForSeconds > rampUpSeconds ? 'hold-for' : 'ramp-up';
    problems.add(
      [...path, longer],
      `the run would take ${seconds} s; at most ${limits.runSecondsMax} s (30 days) are possible`,
    );
  }
  const steps = readSteps(read.steps, rampUpSeconds, path, problems);
  const shape = { rampUpSeconds, steps, holdForSeconds, stages: null };
  if (rate !== null && rate.perSecond !== null) {
    const keyword = rate.starts === 'requests' ? 'throughput' : 'arrival-rate';
    if (seconds === 0) problems.add([...path, keyword], 'needs ramp-up or hold-for beside it, to say for how long');
    if (iterations !== null && concurrency === null) {
      problems.add([...path, 'iterations'], `with ${keyword} it needs concurrency beside it: iterations are per user`);
    }
    if (problems.count > countBefore) return null;
    return { model: 'open', starts: rate.starts, startsPerSecond: rate.perSecond, concurrency, ...shape, iterations };
  }
  if (problems.count > countBefore) return null;
  return {
    model: 'closed',
    concurrency: concurrency ?? 1,
    ...shape,
    iterations: iterations ?? (seconds === 0 ? 1 : null),
  };
}

/** `throughput` or `arrival-rate`; null when there is neither, or 0 without stages. */
function readRate(read: ExecutionRead, hasStages: boolean, path: Path, problems: Problems): Rate | null {
  const max = limits.requestsPerSecondMax;
  const throughput = amountOf(read.throughput, rateOf, max, 'throughput', hasStages, path, problems);
  const arrivals = amountOf(read['arrival-rate'], rateOf, max, 'arrival-rate', hasStages, path, problems);
  if (read.throughput !== undefined && read['arrival-rate'] !== undefined) {
    problems.add(
      [...path, 'arrival-rate'],
      'is iterations per second, throughput requests per second: only one of them can be planned',
    );
  }
  if (arrivals !== null || (hasStages && read['arrival-rate'] !== undefined))
    return { starts: 'iterations', perSecond: arrivals };
  if (throughput !== null || (hasStages && read.throughput !== undefined))
    return { starts: 'requests', perSecond: throughput };
  return null;
}

function stagedLoad(
  stages: Stages,
  rate: Rate | null,
  concurrency: number | null,
  iterations: number | null,
): LoadProfile {
  const highest = Math.max(...stages.map(({ target }) => target));
  const shape = { rampUpSeconds: 0, steps: null, holdForSeconds: 0, stages };
  if (rate === null) return { model: 'closed', concurrency: highest, ...shape, iterations };
  return { model: 'open', starts: rate.starts, startsPerSecond: highest, concurrency, ...shape, iterations };
}

/**
 * A number, or one per kind of provisioning (`{local: 5, cloud: 100}`), of which `local` counts. Null when not given, or 0: with stages
 * the number is where they begin, and may be 0.
 */
function amountOf(
  value: TaurusValue | undefined,
  read: (value: TaurusValue, fail: (message: string) => undefined) => number | undefined,
  max: number,
  keyword: string,
  hasStages: boolean,
  path: Path,
  problems: Problems,
): number | null {
  if (value === undefined) return null;
  const isPerKind = isMapping(value);
  const written = isPerKind ? (valueAt(value, 'local') ?? null) : value;
  const at = isPerKind ? [...path, keyword, 'local'] : [...path, keyword];
  if (written === null) {
    problems.add(at, 'is missing: it is what counts here');
    return null;
  }
  const amount = read(written, (message) => void problems.add(at, message));
  if (amount === undefined) return null;
  if (amount > max) problems.add(at, `${amount} is more than ${max}`);
  if (amount === 0 && !hasStages) problems.warn(`${pathText(at)}: 0 counts as not given`);
  return amount === 0 ? null : amount;
}

/** `concurrency` or `throughput`; null when not given, or 0. */
export function readAmount(
  read: LoadRead,
  keyword: 'concurrency' | 'throughput',
  path: Path,
  problems: Problems,
): number | null {
  return keyword === 'concurrency'
    ? amountOf(read.concurrency, wholeNumberOf, limits.usersMax, keyword, false, path, problems)
    : amountOf(read.throughput, rateOf, limits.requestsPerSecondMax, keyword, false, path, problems);
}

/** Null without them, or without a ramp-up to climb. */
export function readSteps(
  steps: number | undefined,
  rampUpSeconds: number,
  path: Path,
  problems: Problems,
): number | null {
  if (steps === undefined) return null;
  if (steps > limits.stepsMax) problems.add([...path, 'steps'], `${steps} is more than ${limits.stepsMax}`);
  if (rampUpSeconds > 0) return steps;
  problems.warn(`${pathText([...path, 'steps'])}: has no effect without ramp-up`);
  return null;
}
