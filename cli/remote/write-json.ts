/** Answers for scripts. */
import type { Output } from '../terminal/streams.ts';

/** JSON leaves these as they are, and a terminal would obey them. */
const obeyed = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** As JSON that means the same, with nothing in it that a terminal would obey. */
export function jsonText(value: unknown, indent = 2): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, indent).replace(obeyed, escaped);
}

export function writeJson(value: unknown, { write }: Output): void {
  write(`${jsonText(value)}\n`);
}
