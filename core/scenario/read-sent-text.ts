/** Values that are sent as texts. Taurus writes true and false as Python does, and so do we, saying so. */
import { textOf } from '../input/fields.ts';
import { type Path, type Problems, pathText } from '../input/problems.ts';
import type { TaurusValue } from '../input/value.ts';

/** Null, with a problem, for what has no text. */
export function readSentText(value: TaurusValue, path: Path, problems: Problems): string | null {
  if (typeof value === 'boolean') {
    const text = value ? 'True' : 'False';
    problems.warn(
      `${pathText(path)}: ${value} is sent as ${text}, as Taurus does; put it in quotes to send it as it is`,
    );
    return text;
  }
  return textOf(value, (message) => void problems.add(path, message)) ?? null;
}
