/** `String.replaceAll` of Java, by which JMeter's plugins replace. */
import { compilePattern, PatternProblem } from '../perl-pattern.ts';
import { remembered } from './function.ts';

interface Pattern {
  expression: RegExp;
  groups: number;
}

const compiled = remembered((source): Pattern | PatternProblem => {
  try {
    const { expression } = compilePattern(source, 'g');
    // With an alternative that is always there, it can be asked how many groups it has.
    const groups = (new RegExp(`${expression.source}|`).exec('')?.length ?? 1) - 1;
    return { expression, groups };
  } catch (error) {
    if (error instanceof PatternProblem) return error;
    throw error;
  }
});

/** What is wrong with a regular expression; null when nothing is. */
export function patternProblem(source: string): string | null {
  const pattern = compiled(source);
  return pattern instanceof PatternProblem ? pattern.message : null;
}

/** `replacement`: `$1` is what the first group matched, and a backslash takes away what the next character means. Null: there is no such group or pattern. */
export function replaceAll(text: string, source: string, replacement: string): string | null {
  const pattern = compiled(source);
  if (pattern instanceof PatternProblem) return null;
  const pieces = piecesOf(replacement, pattern.groups);
  if (pieces === null) return null;
  return text.replace(pattern.expression, (...match: unknown[]) =>
    pieces.map((piece) => (typeof piece === 'number' ? String(match[piece] ?? '') : piece)).join(''),
  );
}

/** Texts, and numbers of groups. As many digits belong to a number as there is a group for. */
function piecesOf(replacement: string, groups: number): (string | number)[] | null {
  const pieces: (string | number)[] = [];
  for (let at = 0; at < replacement.length; at++) {
    const character = replacement[at]!;
    if (character === '\\') {
      const escaped = replacement[++at];
      if (escaped === undefined) return null;
      pieces.push(escaped);
    } else if (character === '$') {
      let digits = /^\d+/.exec(replacement.slice(at + 1))?.[0] ?? '';
      while (digits.length > 1 && Number(digits) > groups) digits = digits.slice(0, -1);
      if (digits === '' || Number(digits) > groups) return null;
      pieces.push(Number(digits));
      at += digits.length;
    } else pieces.push(character);
  }
  return pieces;
}
