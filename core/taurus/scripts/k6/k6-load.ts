/** The load that the options of a k6 script describe, one part for each of its scenarios. */
import { parseDurationSeconds } from '../../../duration.ts';
import type { LoadCurve } from '../../../plan/plan.ts';
import { counted } from '../words.ts';
import { type StaticValue, UNKNOWN } from './static-values.ts';

export interface K6Load {
  name: string;
  unit: 'users' | 'iterations/s';
  /** From the run's beginning; null: not known. */
  curve: LoadCurve | null;
  /** From the run's beginning; null: not known, or only iterations end it. */
  seconds: number | null;
  usersMax: number | null;
  words: string;
}

type Settings = Record<string, StaticValue>;

/** Null: they are known only while it runs. */
export function k6Loads(options: StaticValue): K6Load[] | null {
  if (options === undefined || options === null) return [loadOf('default', {})];
  const settings = mappingOf(options);
  if (settings === null) return null;
  if (settings.scenarios === undefined)
    return [loadOf('default', { ...settings, executor: defaultExecutor(settings) })];
  const scenarios = mappingOf(settings.scenarios);
  if (scenarios === null) return null;
  return Object.entries(scenarios).map(([name, value]) => loadOf(name, mappingOf(value)));
}

function mappingOf(value: StaticValue): Settings | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
}

/** k6 chooses by what is there. */
function defaultExecutor({ stages, iterations, duration }: Settings): string {
  if (stages !== undefined) return 'ramping-vus';
  if (iterations !== undefined) return 'shared-iterations';
  return duration === undefined ? 'per-vu-iterations' : 'constant-vus';
}

function loadOf(name: string, settings: Settings | null): K6Load {
  const executor = settings?.executor ?? 'per-vu-iterations';
  const unknown: K6Load = {
    name,
    unit: 'users',
    curve: null,
    seconds: null,
    usersMax: null,
    words: 'known only while it runs',
  };
  if (settings === null || typeof executor !== 'string') return unknown;
  const begin = settings.startTime === undefined ? 0 : secondsOf(settings.startTime);
  const load = timed(executor, settings) ?? finite(executor, settings);
  if (load === null) return { ...unknown, words: `${executor}, known only while it runs` };
  const { curve, unit, usersMax, words } = load;
  const seconds =
    curve === null || begin === null ? null : begin + curve.reduce((sum, piece) => sum + piece.seconds, 0);
  const delay = begin === null || begin === 0 ? [] : [{ seconds: begin, from: 0, to: 0 }];
  return {
    name,
    unit,
    usersMax,
    seconds,
    curve: curve === null || begin === null ? null : [...delay, ...curve],
    words,
  };
}

interface Part {
  unit: K6Load['unit'];
  curve: LoadCurve | null;
  usersMax: number | null;
  words: string;
}

/** Executors that time ends. */
function timed(executor: string, settings: Settings): Part | null {
  const vus = settings.vus === undefined ? 1 : numberOf(settings.vus);
  const duration = secondsOf(settings.duration);
  const perSecond = perSecondOf(settings.timeUnit);
  const usersMax = numberOf(settings.maxVUs) ?? numberOf(settings.preAllocatedVUs);
  if (executor === 'constant-vus' || executor === 'externally-controlled') {
    if (vus === null || duration === null) return null;
    return {
      unit: 'users',
      curve: flat(vus, duration),
      usersMax: vus,
      words: `${counted(vus, 'user')} for ${duration} s`,
    };
  }
  if (executor === 'ramping-vus') {
    const curve = stagesOf(settings.stages, settings.startVUs === undefined ? 1 : numberOf(settings.startVUs), 1);
    const highest = curve === null ? 0 : Math.max(0, ...curve.map(({ from, to }) => Math.max(from, to)));
    return curve === null
      ? null
      : {
          unit: 'users',
          curve,
          usersMax: highest,
          words: `up to ${counted(highest, 'user')} in ${counted(curve.length, 'stage')}`,
        };
  }
  if (executor === 'constant-arrival-rate') {
    const rate = numberOf(settings.rate);
    if (rate === null || duration === null || perSecond === null) return null;
    const level = rate * perSecond;
    return {
      unit: 'iterations/s',
      curve: flat(level, duration),
      usersMax,
      words: `${level} iterations/s for ${duration} s`,
    };
  }
  if (executor !== 'ramping-arrival-rate' || perSecond === null) return null;
  const curve = stagesOf(
    settings.stages,
    settings.startRate === undefined ? 0 : numberOf(settings.startRate),
    perSecond,
  );
  if (curve === null) return null;
  const highest = Math.max(0, ...curve.map(({ from, to }) => Math.max(from, to)));
  return {
    unit: 'iterations/s',
    curve,
    usersMax,
    words: `up to ${highest} iterations/s in ${counted(curve.length, 'stage')}`,
  };
}

/** Executors that end with their iterations. */
function finite(executor: string, settings: Settings): Part | null {
  const vus = settings.vus === undefined ? 1 : numberOf(settings.vus);
  const iterations = settings.iterations === undefined ? 1 : numberOf(settings.iterations);
  if (vus === null || iterations === null) return null;
  const words =
    executor === 'shared-iterations'
      ? `${counted(vus, 'user')}, ${counted(iterations, 'iteration')} in all`
      : executor === 'per-vu-iterations'
        ? `${counted(vus, 'user')}, ${counted(iterations, 'iteration')} each`
        : null;
  return words === null ? null : { unit: 'users', curve: null, usersMax: vus, words };
}

function flat(level: number, seconds: number): LoadCurve {
  return [{ seconds, from: level, to: level }];
}

function stagesOf(stages: StaticValue, start: number | null, factor: number): LoadCurve | null {
  if (!Array.isArray(stages) || start === null) return null;
  const curve: LoadCurve = [];
  let from = start * factor;
  for (const stage of stages) {
    const mapping = mappingOf(stage);
    const seconds = secondsOf(mapping?.duration);
    const target = numberOf(mapping?.target);
    if (seconds === null || target === null) return null;
    const to = target * factor;
    if (seconds > 0) curve.push({ seconds, from, to });
    from = to;
  }
  return curve;
}

function numberOf(value: StaticValue): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
}

/** A text with units; a number is milliseconds. */
function secondsOf(value: StaticValue): number | null {
  if (value === UNKNOWN || value === undefined) return null;
  if (typeof value === 'number') return value >= 0 && Number.isFinite(value) ? value / 1_000 : null;
  if (typeof value !== 'string') return null;
  return /^\d+(\.\d+)?$/.test(value) ? Number(value) / 1_000 : parseDurationSeconds(value);
}

function perSecondOf(timeUnit: StaticValue): number | null {
  const seconds = timeUnit === undefined ? 1 : secondsOf(timeUnit);
  return seconds === null || seconds === 0 ? null : 1 / seconds;
}
