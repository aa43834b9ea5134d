/** `stages`: a load that goes from target to target, in straight lines. */
import { rateOf, wholeNumberOf } from '../input/fields.ts';
import { type Read, readMapping } from '../input/keywords.ts';
import type { Path, Problems } from '../input/problems.ts';
import type { TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import type { Stages } from './scenario.ts';
import { type executionKeywords, stageKeywords } from './taurus-schema.ts';

/**
 * `begin`: the number beside it, with which the load begins; null: nothing. `isRate`: targets are starts per second, else users. Null,
 * with a problem, when they cannot be run.
 */
export function readStages(
  read: Read<typeof executionKeywords.fields>,
  begin: number | null,
  isRate: boolean,
  path: Path,
  problems: Problems,
): Stages | null {
  const countBefore = problems.count;
  for (const keyword of ['ramp-up', 'hold-for', 'steps'] as const) {
    if (read[keyword] !== undefined)
      problems.add([...path, keyword], 'cannot stand beside stages, which say all of it');
  }
  const at = [...path, 'stages'];
  const values = read.stages ?? [];
  if (values.length === 0) problems.add(at, 'is empty');
  // One more says where they begin.
  if (values.length >= limits.stepsMax)
    problems.add(at, `${values.length} stages are more than ${limits.stepsMax - 1}`);
  if (problems.count > countBefore) return null;
  const stages = values.map((value, index) => readStage(value, isRate, [...at, index], problems));
  if (problems.count > countBefore) return null;
  const seconds = stages.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  if (seconds === 0) problems.add(at, 'one of them must take some time, such as 1m');
  if (seconds > limits.runSecondsMax) {
    problems.add(at, `they take ${seconds} s together; at most ${limits.runSecondsMax} s (30 days) are possible`);
  }
  if (begin !== null) stages.unshift({ durationSeconds: 0, target: begin });
  if (stages.every(({ target }) => target === 0)) problems.add(at, 'all targets are 0: there is no load');
  return problems.count > countBefore ? null : stages;
}

function readStage(value: TaurusValue, isRate: boolean, path: Path, problems: Problems): Stages[number] {
  const read = readMapping(value, stageKeywords, path, problems);
  if (read === null) return { durationSeconds: 0, target: 0 };
  if (read.duration === undefined) problems.add([...path, 'duration'], 'is missing: a time such as 1m');
  const at = [...path, 'target'];
  const fail = (message: string) => void problems.add(at, message);
  if (read.target === undefined) problems.add(at, `is missing: ${isRate ? 'starts per second' : 'users'}`);
  const target = read.target === undefined ? 0 : (isRate ? rateOf : wholeNumberOf)(read.target, fail);
  const max = isRate ? limits.requestsPerSecondMax : limits.usersMax;
  if ((target ?? 0) > max) problems.add(at, `${target} is more than ${max}`);
  return { durationSeconds: read.duration ?? 0, target: target ?? 0 };
}
