/** Changes of a script's text in place. */
import { type Change, escaped } from './group-kind.ts';
import type { JmxElement } from './parse-jmx.ts';

/** What stands from `start` to before `end` becomes `text`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

export function editOf(text: string, change: Change): Edit {
  const { start, end } = change.at;
  if ('xml' in change) return { start, end, text: change.xml };
  const inner = startTagEnd(text, change.at);
  const tag = text.slice(start, inner);
  const value = escaped(change.text);
  if (!tag.endsWith('/>')) return { start: inner, end: text.lastIndexOf('</', end - 1), text: value };
  return { start, end, text: `${tag.slice(0, -2)}>${value}</${change.at.name}>` };
}

/** The element as one that JMeter passes over. */
export function disabled(text: string, { start, ...element }: JmxElement): Edit {
  const end = startTagEnd(text, { start, ...element });
  const tag = text.slice(start, end);
  const written = /\senabled\s*=\s*("[^"]*"|'[^']*')/.exec(tag);
  if (written !== null) {
    const at = start + written.index;
    return { start: at, end: at + written[0].length, text: ' enabled="false"' };
  }
  const at = end - (tag.endsWith('/>') ? 2 : 1);
  return { start: at, end: at, text: ' enabled="false"' };
}

/** The offset behind the `>` of the element's first tag. */
export function startTagEnd(text: string, { start }: Pick<JmxElement, 'start'>): number {
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at + 1;
  }
  return text.length;
}

/** The text with all edits; they do not overlap. */
export function applied(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}
