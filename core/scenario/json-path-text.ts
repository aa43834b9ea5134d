/** Paths into JSON of a scenario. */
import type { Path, Problems } from '../input/problems.ts';
import { compileJsonPath, JsonPathProblem } from '../language/json-path.ts';
import type { FlowTexts } from './flow-texts.ts';

/** Adds a problem for a path that is none; one that changes while it runs is looked at there. */
export function checkJsonPath(jsonpath: string, texts: FlowTexts, path: Path, problems: Problems): void {
  texts.atEnd(() => {
    const steady = texts.steady(jsonpath);
    if (steady.includes('${')) return;
    try {
      compileJsonPath(steady);
    } catch (error) {
      if (!(error instanceof JsonPathProblem)) throw error;
      problems.add(path, error.message);
    }
  });
}
