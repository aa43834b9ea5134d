/** Quoted texts and flow collections may go on further left than YAML allows: PyYAML does not mind, and so Taurus does not. */
import type { YAMLParseError } from 'yaml';

/** Each line is found by reading the text again: so much is read for it at most, and so often. */
const CHARACTERS_MAX = 20_000_000;
const LINES_MAX = 1_000;
/** Deeper than anything is that it could belong to. */
const INDENT = ' '.repeat(200);

/** The text with those lines further right, where spaces mean nothing; null where that does not make it readable. */
export function indentedFurther(errorsOf: (text: string) => readonly YAMLParseError[], text: string): string | null {
  let indented = text;
  let read = 0;
  for (let lines = 0; lines <= LINES_MAX && read <= CHARACTERS_MAX; lines++) {
    read += indented.length;
    let error: YAMLParseError | undefined;
    try {
      [error] = errorsOf(indented);
    } catch {
      return null;
    }
    if (error === undefined) return lines === 0 ? null : indented;
    const start = lineThatIsCutOff(indented, error);
    if (start === null) return null;
    indented = indented.slice(0, start) + INDENT + indented.slice(start);
  }
  return null;
}

/** Where the line begins that ended the text or the collection. */
function lineThatIsCutOff(text: string, { code, message, pos: [at] }: YAMLParseError): number | null {
  const isQuoted = code === 'MISSING_CHAR' && message.startsWith('Missing closing');
  const isFlow = code === 'BAD_INDENT' && message.startsWith('Flow ');
  if (!isQuoted && !isFlow) return null;
  const start = isFlow ? text.lastIndexOf('\n', at - 1) + 1 : text.indexOf('\n', at) + 1;
  const isEnd = start === 0 || start >= text.length;
  return isEnd || text.startsWith(INDENT, start) || /^(?:---|\.\.\.)(?:\s|$)/.test(text.slice(start, start + 4))
    ? null
    : start;
}
