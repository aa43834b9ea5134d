/** Paths of files that a scenario names: only what lies in its folder goes with it. */
import type { Path, Problems } from '../input/problems.ts';
import { describe } from '../input/value.ts';

/** A path below the scenario's folder, without `.` parts; null, with a problem, for any other. */
export function readFilePath(written: string, path: Path, problems: Problems): string | null {
  if (written.includes('${')) {
    problems.add(
      path,
      `${describe(written)}: the name of a file cannot be a variable, because files go with the scenario`,
    );
    return null;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (written.trim() === '' || /[\u0000-\u001f\u007f\\]|^~|^[A-Za-z]:/.test(written)) {
    problems.add(path, `${describe(written)} is not a plain path: folders and file name with / between are expected`);
    return null;
  }
  const parts = written.split('/').filter((part) => part !== '.' && part !== '');
  if (written.startsWith('/') || parts.includes('..') || parts.length === 0 || written.endsWith('/')) {
    problems.add(path, `${describe(written)} is not a file inside the folder of the scenario`);
    return null;
  }
  return parts.join('/');
}
