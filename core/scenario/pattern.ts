/** Regular expressions of a scenario. */
import type { Path, Problems } from '../input/problems.ts';
import { compilePattern, PatternProblem } from '../language/perl-pattern.ts';
import type { FlowTexts } from './flow-texts.ts';

/** Adds a problem for a pattern that is none; one that changes while it runs is looked at there. */
export function checkPattern(pattern: string, texts: FlowTexts, path: Path, problems: Problems, instead = ''): void {
  texts.atEnd(() => {
    const steady = texts.steady(pattern);
    if (steady.includes('${')) return;
    try {
      compilePattern(steady);
    } catch (error) {
      if (!(error instanceof PatternProblem)) throw error;
      problems.add(path, `${error.message}${instead}`);
    }
  });
}
