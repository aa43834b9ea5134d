/** Regular expressions of a scenario. */
import type { Path, Problems } from '../input/problems.ts';
import type { FlowTexts } from './flow-texts.ts';

/** Adds a problem for a pattern that is none; one that changes while it runs is looked at there. */
export function checkPattern(pattern: string, texts: FlowTexts, path: Path, problems: Problems, instead = ''): void {
  texts.atEnd(() => {
    const steady = texts.steady(pattern);
    if (steady.includes('${')) return;
    try {
      new RegExp(withFlagsAround(steady));
    } catch (error) {
      problems.add(path, `${error instanceof Error ? error.message : String(error)}${instead}`);
    }
  });
}

/** JMeter's way to set flags for a whole pattern; JavaScript has it only around a part. */
export function withFlagsAround(pattern: string): string {
  return pattern.replace(/^\(\?([ims]+)\)(.*)$/s, '(?$1:$2)');
}
