/** The part of a run that somebody asks for, checked: its time, its region, its label. */
import { LoadstarError } from '../../../core/errors.ts';
import type { RunResults } from './open-results.ts';

export interface PartQuery {
  /** Seconds from go; inclusive, exclusive. */
  from?: number | undefined;
  to?: number | undefined;
  region?: string | undefined;
  label?: string | undefined;
}

export interface PartOfRun {
  fromSecond: number;
  /** As far as the run has come; not before `fromSecond`. */
  toSecond: number;
  region: string | null;
  label: string | null;
}

/** Throws `request_invalid` for a region that the run does not have, and for a time that ends before it begins. */
export function partOfRun(results: RunResults, query: PartQuery, nowMs: number): PartOfRun {
  const { region = null, label = null, from = 0, to = Number.POSITIVE_INFINITY } = query;
  if (to <= from) throw invalid('to', `is not after from, which is ${from}`);
  const names = results.plan.regions.map(({ name }) => name);
  if (region !== null && !names.includes(region)) throw invalid('region', `is none of the run's: ${names.join(', ')}`);
  return { fromSecond: from, toSecond: Math.max(from, Math.min(to, secondsSoFar(results, nowMs))), region, label };
}

/** Seconds from go in which anything can have been measured by now. */
function secondsSoFar({ run, plan }: RunResults, nowMs: number): number {
  if (run.goAtMs === null) return 0;
  const seconds = Math.ceil(((run.endedAtMs ?? nowMs) - run.goAtMs) / 1000);
  return Math.max(0, Math.min(seconds, Math.ceil(plan.deadlineSeconds) + plan.segmentSeconds));
}

export function invalid(name: string, message: string): LoadstarError {
  const path = `query.${name}`;
  return new LoadstarError('request_invalid', `The request is not valid: ${path} ${message}.`, {
    fields: [{ path, message }],
  });
}
