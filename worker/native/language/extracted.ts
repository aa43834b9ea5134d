/** What extractors leave behind: `name`, `name_1`, `name_2`, ... and `name_matchNr`. */
import type { TemplateScope } from '../../../core/language/template.ts';

/** An empty default leaves the variable as it was. */
export function setDefault(scope: TemplateScope, variable: string, text: string): void {
  if (text !== '') scope.set(variable, text);
}

/** Removes what the last extraction of all matches left; gives how many those were. */
export function forgetMatches(scope: TemplateScope, variable: string): number {
  const written = scope.get(`${variable}_matchNr`);
  if (written === undefined) return 0;
  scope.remove(`${variable}_matchNr`);
  const count = Number(written);
  if (!Number.isInteger(count)) return 0;
  for (let number = 1; number <= count; number++) scope.remove(`${variable}_${number}`);
  return count;
}

/** The match of that number, or any for 0. */
export function chosen<Match>(matches: readonly Match[], matchNo: number, scope: TemplateScope): Match | undefined {
  if (matchNo > 0) return matches[matchNo - 1];
  return matches[Math.floor(scope.context.random() * matches.length)];
}
