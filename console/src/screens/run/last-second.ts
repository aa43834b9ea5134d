import type { RunResource } from '../../../../core/api/runs.ts';

/** Where a part of a run ends when nobody says so, seconds from go: by its plan, else by its end or by now. */
export function lastSecondOf(
  { durationSeconds, endedAt, goAt }: Pick<RunResource, 'durationSeconds' | 'endedAt' | 'goAt'>,
  nowMs = Date.now(),
): number {
  if (durationSeconds !== null) return Math.ceil(durationSeconds);
  if (goAt === null) return 0;
  return Math.ceil(((endedAt === null ? nowMs : Date.parse(endedAt)) - Date.parse(goAt)) / 1_000);
}
