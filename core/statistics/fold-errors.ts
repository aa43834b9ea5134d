/** Bounds the errors that statistics keep apart. */
import { type ErrorCount, OTHER_ERROR, type Statistics } from './statistics.ts';

/** When there are more than `typesMax` kinds of errors: keeps the more frequent half of so many, and counts the rest as `OTHER_ERROR`. */
export function foldRareErrors(statistics: Statistics, typesMax: number): void {
  const { errors } = statistics;
  if (errors.size <= typesMax) return;
  const byCount = [...errors].sort(
    ([oneKey, one], [otherKey, other]) => other.count - one.count || (oneKey < otherKey ? -1 : 1),
  );
  let folded = 0;
  for (const [key, error] of byCount.slice(Math.ceil(typesMax / 2))) {
    errors.delete(key);
    folded += error.count;
  }
  statistics.countError({ ...OTHER_ERROR, count: folded, example: null } satisfies ErrorCount);
}
