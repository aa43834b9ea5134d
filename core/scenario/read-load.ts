/** The load profile of an execution: Taurus' keywords made explicit as closed or open model. */
import { rateOf, wholeNumberOf } from '../input/fields.ts';
import type { Read } from '../input/keywords.ts';
import { type Path, type Problems, pathText } from '../input/problems.ts';
import { isMapping, type TaurusValue, valueAt } from '../input/value.ts';
import { limits } from '../limits.ts';
import type { LoadProfile } from './scenario.ts';
import type { executionKeywords } from './taurus-schema.ts';

/** Null when it is no load that could be run; all that is wrong is in `problems`. */
export function readLoad(
  read: Read<typeof executionKeywords.fields>,
  path: Path,
  problems: Problems,
): LoadProfile | null {
  const countBefore = problems.count;
  const concurrency = amountOf(read.concurrency, wholeNumberOf, limits.usersMax, [...path, 'concurrency'], problems);
  const throughput = amountOf(read.throughput, rateOf, limits.requestsPerSecondMax, [...path, 'throughput'], problems);
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
  // As in Taurus, 0 is "not given".
  const iterations = read.iterations === undefined || read.iterations === 0 ? null : read.iterations;
  const steps = readSteps(read.steps, rampUpSeconds, path, problems);
  const shape = { rampUpSeconds, steps, holdForSeconds, stages: null };
  if (throughput !== null) {
    if (seconds === 0)
      problems.add([...path, 'throughput'], 'needs ramp-up or hold-for beside it, to say for how long');
    if (iterations !== null && concurrency === null) {
      problems.add([...path, 'iterations'], 'with throughput it needs concurrency beside it: iterations are per user');
    }
    if (problems.count > countBefore) return null;
    return { model: 'open', starts: 'requests', startsPerSecond: throughput, concurrency, ...shape, iterations };
  }
  if (problems.count > countBefore) return null;
  return {
    model: 'closed',
    concurrency: concurrency ?? 1,
    ...shape,
    iterations: iterations ?? (seconds === 0 ? 1 : null),
  };
}

/** A number, or one per kind of provisioning (`{local: 5, cloud: 100}`), of which `local` counts. Null when not given, or 0. */
function amountOf(
  value: TaurusValue | undefined,
  read: (value: TaurusValue, fail: (message: string) => undefined) => number | undefined,
  max: number,
  path: Path,
  problems: Problems,
): number | null {
  if (value === undefined) return null;
  const isPerKind = isMapping(value);
  const written = isPerKind ? (valueAt(value, 'local') ?? null) : value;
  const at = isPerKind ? [...path, 'local'] : path;
  if (written === null) {
    problems.add(at, 'is missing: it is what counts here');
    return null;
  }
  const amount = read(written, (message) => void problems.add(at, message));
  if (amount === undefined) return null;
  if (amount > max) problems.add(at, `${amount} is more than ${max}`);
  if (amount === 0) problems.warn(`${pathText(at)}: 0 counts as not given`);
  return amount === 0 ? null : amount;
}

function readSteps(steps: number | undefined, rampUpSeconds: number, path: Path, problems: Problems): number | null {
  if (steps === undefined) return null;
  if (steps > limits.stepsMax) problems.add([...path, 'steps'], `${steps} is more than ${limits.stepsMax}`);
  if (rampUpSeconds > 0) return steps;
  problems.warn(`${pathText([...path, 'steps'])}: has no effect without ramp-up`);
  return null;
}
