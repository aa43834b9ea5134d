/** Think times: a time, or how it is drawn, as Taurus writes both. */
import { parseDurationSeconds } from '../duration.ts';
import { durationOf, field } from '../input/fields.ts';
import { describe } from '../input/value.ts';
import type { ThinkTime } from './steps.ts';

export const NO_THINK_TIME: ThinkTime = { kind: 'constant', seconds: 0 };

const DRAWN = /^\s*(uniform|gaussian|poisson)\s*\(\s*([\w.]+)[,\s]+([\w.]+)\s*\)\s*$/i;

export const thinkTime = field((value, fail): ThinkTime | undefined => {
  if (typeof value === 'string' && /^\s*[a-z]+\s*\(/i.test(value)) {
    const [, kind = '', ...times] = DRAWN.exec(value) ?? [];
    const [mean, deviation] = times.map(parseDurationSeconds);
    if (mean === undefined || mean === null || deviation === undefined || deviation === null) {
      return fail(`${describe(value)} is not a think time: uniform(1s, 500ms), gaussian(...) and poisson(...) are`);
    }
    return drawn(kind.toLowerCase(), mean, deviation) ?? fail(`${describe(value)}: the first time must not be shorter`);
  }
  if (typeof value === 'string' && value.includes('${')) {
    return fail('a think time cannot be a variable or a function here; write a time, or uniform(1s, 500ms)');
  }
  const seconds = durationOf(value, fail);
  return seconds === undefined ? undefined : { kind: 'constant', seconds };
});

/** What Taurus makes of the two times. Null for a Poisson distribution without a mean. */
function drawn(kind: string, mean: number, deviation: number): ThinkTime | null {
  if (kind === 'uniform') return { kind, meanSeconds: mean, rangeSeconds: deviation };
  if (kind === 'gaussian') return { kind, meanSeconds: mean, deviationSeconds: deviation };
  if (mean < deviation) return null;
  return { kind: 'poisson', lambdaSeconds: roundedMs(mean - deviation), offsetSeconds: deviation };
}

function roundedMs(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}
