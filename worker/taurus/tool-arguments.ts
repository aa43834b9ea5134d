/** A task's load as arguments of k6 and of Locust. Taurus' own are not used: it rounds, and knows no shares. */
import { LoadstarError } from '../../core/errors.ts';
import type { TaurusShare } from '../../core/taurus/task-share.ts';
import type { PlannedTaurusExecution } from '../../core/taurus/taurus-plan.ts';
import type { TaurusLoad } from '../../core/taurus/taurus-scenario.ts';

/**
 * k6 divides what its script describes by itself: each task runs its segment. A load of the scenario is given in numbers; `iterations` is per
 * user, in k6 as one pool of them all.
 */
export function k6Arguments({ load, segment, tasks }: TaurusShare): string[] {
  const { from, sequence, to } = segment;
  const ownSegment =
    tasks === 1
      ? []
      : ['--execution-segment', `${fraction(from)}:${fraction(to)}`, '--execution-segment-sequence', sequence];
  if (load === null) return ownSegment;
  const users = load.concurrency;
  if (users === null) return [...ownSegment, ...k6Limits(load), ...k6Duration(load)];
  if (load.rampUpSeconds > 0) return [...k6Limits(load), '--vus', '0', ...k6Stages(load, users)];
  const iterations = load.iterations === null ? [] : ['--iterations', String(load.iterations * users)];
  return [...k6Limits(load), '--vus', String(users), ...iterations, ...k6Duration(load)];
}

/** k6 takes whole requests per second, at least one. */
function k6Limits({ throughput }: TaurusLoad): string[] {
  return throughput === null ? [] : ['--rps', String(Math.max(1, Math.round(throughput)))];
}

function k6Duration({ holdForSeconds, rampUpSeconds }: TaurusLoad): string[] {
  const seconds = rampUpSeconds + holdForSeconds;
  return seconds > 0 ? ['--duration', milliseconds(seconds)] : [];
}

function k6Stages({ holdForSeconds, rampUpSeconds, steps }: TaurusLoad, users: number): string[] {
  const stairs = Array.from({ length: steps ?? 0 }, (_, step) => Math.round((users * (step + 1)) / (steps ?? 1)));
  const ramp =
    steps === null
      ? [`${milliseconds(rampUpSeconds)}:${users}`]
      : stairs.flatMap((level) => [`0s:${level}`, `${milliseconds(rampUpSeconds / steps)}:${level}`]);
  const hold = holdForSeconds > 0 ? [`${milliseconds(holdForSeconds)}:${users}`] : [];
  return [...ramp, ...hold].flatMap((stage) => ['--stage', stage]);
}

function fraction([numerator, denominator]: readonly [number, number]): string {
  return denominator === 1 ? String(numerator) : `${numerator}/${denominator}`;
}

function milliseconds(seconds: number): string {
  return `${Math.round(seconds * 1_000)}ms`;
}

/** What Locust is told by arguments, and what our listener (`loadstar_bzt/locust_main.py`) by variables. */
export interface LocustOrders {
  arguments: string[];
  environment: Record<string, string>;
}

/** Highest number of users of a shape whose dealing is exact for each; above, they are in proportion. */
const SHAPE_USERS_MAX = 5_000;

/** Throws `scenario_invalid` for a load that Locust cannot make. `path`: of the execution, for people. */
export function locustOrders(
  { load, usersOf, proportion, tasks }: TaurusShare,
  execution: Pick<PlannedTaurusExecution, 'shape'>,
  { gracefulStopSeconds, path }: { gracefulStopSeconds: number; path: string },
): LocustOrders {
  const stopTimeout = ['--stop-timeout', String(Math.ceil(gracefulStopSeconds))];
  if (load === null) {
    const environment: Record<string, string> = {};
    // A shape asks for users as it goes: this task takes its own of them.
    if (tasks > 1) {
      const usersMax = Math.min(SHAPE_USERS_MAX, execution.shape.usersMax ?? SHAPE_USERS_MAX);
      const own = Array.from({ length: usersMax }, (_, i) => i).filter((i) => usersOf(1, i) > 0);
      environment.LOADSTAR_SHARE = JSON.stringify({ users: ranges(own), usersMax, proportion });
    }
    return { arguments: stopTimeout, environment };
  }
  refuse(load.throughput !== null, `${path}.throughput`, 'Locust has no limit of requests per second');
  refuse(load.steps !== null, `${path}.steps`, 'Locust ramps up in a straight line only');
  const users = load.concurrency ?? 1;
  const rate = load.rampUpSeconds > 0 ? users / load.rampUpSeconds : users;
  const seconds = load.rampUpSeconds + load.holdForSeconds;
  return {
    arguments: [
      ...stopTimeout,
      ...['--users', String(users), '--spawn-rate', String(rate)],
      ...(seconds > 0 ? ['--run-time', String(Math.ceil(seconds))] : []),
    ],
    environment: load.iterations === null ? {} : { LOADSTAR_REQUESTS_MAX: String(load.iterations * users) },
  };
}

/** First and last of numbers that follow each other. */
function ranges(numbers: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found;
}

function refuse(isWrong: boolean, path: string, message: string): void {
  if (isWrong) throw new LoadstarError('scenario_invalid', message, { fields: [{ path, message }] });
}
