/** Text as a terminal shows it: how many columns it takes, cut to fit, padded, and without what a terminal would obey. */
import { stripVTControlCharacters } from 'node:util';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Scripts and signs that terminals draw two columns wide. */
const wide =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its job
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;
const plainAscii = /^[\u0020-\u007e]*$/;

/** Columns that the text takes; colour codes take none. */
export function displayWidth(text: string): number {
  if (plainAscii.test(text)) return text.length;
  const bare = stripVTControlCharacters(text);
  let width = 0;
  for (const { segment } of graphemes.segment(bare)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** One line of text from outside (labels, servers' answers), with nothing in it that a terminal would obey. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/\s+/gu, ' ').replace(controlCharacters, '').trim();
}

/** Lines of text from outside, as they are but for what a terminal would obey. */
export function printableLines(text: string): string[] {
  const bare = stripVTControlCharacters(text);
  return bare.split(/\r\n|\n|\r/).map((line) => line.replaceAll('\t', '    ').replace(controlCharacters, ''));
}

/** The text, shortened with `ellipsis` when it takes more than `columns`. The text has no colour codes. */
export function shorten(text: string, columns: number, ellipsis: string): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let width = 1;
  for (const { segment } of graphemes.segment(text)) {
    width += wide.test(segment) ? 2 : 1;
    if (width > columns) break;
    kept += segment;
  }
  return kept + ellipsis;
}

/** The text with spaces added on the side opposite to `align`, up to `columns`. */
export function pad(text: string, columns: number, align: 'left' | 'right'): string {
  const spaces = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return align === 'left' ? text + spaces : spaces + text;
}

/** The text in lines of at most `columns`, broken at spaces where there are any. The text has no colour codes. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= columns || line === '') {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  return lines;
}
