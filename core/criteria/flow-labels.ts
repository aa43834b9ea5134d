/**
 * Which labels are a flow's: what a criterion of one execution looks at. Samples are counted by label alone, so samples of another
 * flow with the same label are among them; those above the limit of labels, which are counted together, are not.
 */
import type { Flow } from '../scenario/scenario.ts';
import { walkSteps } from '../scenario/walk-steps.ts';

/** Whether a label that was counted is one of the flow's. What is filled in while it runs may be anything. */
export function flowLabels(flow: Pick<Flow, 'steps'>): (label: string) => boolean {
  const constant = new Set<string>();
  const patterns: string[][] = [];
  for (const text of labelTexts(flow)) {
    const parts = fixedParts(text);
    if (parts.length === 1) constant.add(text);
    else patterns.push(parts);
  }
  const known = new Map<string, boolean>();
  return (label) => {
    if (patterns.length === 0) return constant.has(label);
    let isOwn = known.get(label);
    if (isOwn === undefined) {
      isOwn = constant.has(label) || patterns.some((parts) => fits(label, parts));
      known.set(label, isOwn);
    }
    return isOwn;
  };
}

/** A label of the flow that could be any text at all, so that the flow's samples cannot be told from others; null: there is none. */
export function labelWithoutText(flow: Pick<Flow, 'steps'>): string | null {
  return labelTexts(flow).find((text) => fixedParts(text).join('').trim() === '') ?? null;
}

function labelTexts({ steps }: Pick<Flow, 'steps'>): string[] {
  return [...walkSteps(steps)].flatMap(({ step }) => ('label' in step ? [step.label] : []));
}

/** The text around what is filled in: `a ${b} c` is `a `, ` c`. */
function fixedParts(text: string): string[] {
  const parts: string[] = [];
  let begin = 0;
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', begin)) {
    const end = endOfReference(text, at + 2);
    if (end < 0) break;
    parts.push(text.slice(begin, at));
    begin = end;
  }
  parts.push(text.slice(begin));
  return parts;
}

/** Where the reference whose inside begins at `at` is over, references within it included; -1: nowhere. */
function endOfReference(text: string, at: number): number {
  let depth = 1;
  for (let i = at; i < text.length; i++) {
    if (text[i] === '}' && --depth === 0) return i + 1;
    if (text[i] === '$' && text[i + 1] === '{') depth++;
  }
  return -1;
}

/** The label begins with the first part, ends with the last, and has the others in between, in order. */
function fits(label: string, parts: readonly string[]): boolean {
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (label.length < first.length + last.length || !label.startsWith(first) || !label.endsWith(last)) return false;
  const endAt = label.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = label.indexOf(part, at);
    if (found < 0 || found + part.length > endAt) return false;
    at = found + part.length;
  }
  return true;
}
