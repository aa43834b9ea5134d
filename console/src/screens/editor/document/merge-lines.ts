/** Two changes of the same lines made one: what an edit changed is taken over, what was only written differently stays. */

/** More differences than these are not looked for: their number costs time and memory squared. */
const DIFFERENCES_MAX = 800;

/**
 * `edited` came from `base`; `written` says the same as `base`, in other lines. The lines of `written` with the change from `base` to
 * `edited`; where both differ from `base` in one place, `edited` wins. Null when they differ too much. `isLineByLine`: each line of
 * `written` says what the line of `base` at its place says.
 */
export function mergeLines(
  base: readonly string[],
  written: readonly string[],
  edited: readonly string[],
  isLineByLine = false,
): string[] | null {
  const toWritten = isLineByLine
    ? Int32Array.from(base, (_line, index) => index)
    : besideEachOther(matches(base, written), written.length);
  const toEdited = matches(base, edited);
  if (toWritten === null || toEdited === null) return null;
  const merged: string[] = [];
  let [baseAt, writtenAt, editedAt] = [0, 0, 0];
  for (let index = 0; index <= base.length; index++) {
    const inWritten = placeBefore(toWritten, index, written.length);
    const inEdited = placeBefore(toEdited, index, edited.length);
    if (inWritten === null || inEdited === null) continue;
    merged.push(
      ...mergeChanged(
        base.slice(baseAt, index),
        written.slice(writtenAt, inWritten.from),
        edited.slice(editedAt, inEdited.from),
      ),
    );
    // What stands here in the others alone.
    const isInserted = inEdited.to > inEdited.from;
    merged.push(
      ...(isInserted ? edited.slice(inEdited.from, inEdited.to) : written.slice(inWritten.from, inWritten.to)),
    );
    [baseAt, writtenAt, editedAt] = [index, inWritten.to, inEdited.to];
  }
  return merged;
}

function mergeChanged(
  base: readonly string[],
  written: readonly string[],
  edited: readonly string[],
): readonly string[] {
  if (areSame(base, edited)) return written;
  if (base.length !== written.length || base.length !== edited.length) return edited;
  // Line by line, each where it was indented to.
  return edited.map((line, index) => {
    const indent = indentOf(base[index] ?? '');
    return line.startsWith(indent) ? indentOf(written[index] ?? '') + line.slice(indent.length) : line;
  });
}

/** With the dashes of lists. */
function indentOf(line: string): string {
  return /^\s*(?:-\s+)*/.exec(line)?.[0] ?? '';
}

/** The lines of the other text that stand before the line of `base` with this index, and behind the one before it; null: not known. */
function placeBefore(found: Int32Array, index: number, length: number): { from: number; to: number } | null {
  const before = index === 0 ? -1 : (found[index - 1] ?? -1);
  const here = index === found.length ? length : (found[index] ?? -1);
  const from = index === 0 ? 0 : before === -1 ? here : before + 1;
  if (from === -1) return null;
  return { from, to: here === -1 ? from : here };
}

/** Between lines that are the same, as many here as there say the same one by one. */
function besideEachOther(found: Int32Array | null, length: number): Int32Array | null {
  if (found === null) return null;
  let [here, there] = [0, 0];
  for (let index = 0; index <= found.length; index++) {
    const place = index === found.length ? length : (found[index] ?? -1);
    if (place === -1) continue;
    if (place - there === index - here) for (let gap = here; gap < index; gap++) found[gap] = there + gap - here;
    [here, there] = [index + 1, place + 1];
  }
  return found;
}

function areSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((line, index) => line === right[index]);
}

/** For each line of `from` its place in `to`, or -1: a shortest edit script (Myers' greedy way). Null when it is too long. */
function matches(from: readonly string[], to: readonly string[]): Int32Array | null {
  const found = new Int32Array(from.length).fill(-1);
  const trace: Map<number, number>[] = [];
  let reached = new Map([[1, 0]]);
  for (let differences = 0; differences <= DIFFERENCES_MAX; differences++) {
    const before = reached;
    reached = new Map(before);
    trace.push(before);
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      let x = stepFrom(before, diagonal, differences);
      while (x < from.length && x - diagonal < to.length && from[x] === to[x - diagonal]) x++;
      reached.set(diagonal, x);
      if (x >= from.length && x - diagonal >= to.length) {
        walkBack(trace, { x, y: x - diagonal }, found);
        return found;
      }
    }
  }
  return null;
}

/** How far along `from` the diagonal begins: from below (a line more in `to`) or from the left (one less). */
function stepFrom(before: ReadonlyMap<number, number>, diagonal: number, differences: number): number {
  const left = before.get(diagonal - 1) ?? -1;
  const above = before.get(diagonal + 1) ?? -1;
  return diagonal === -differences || (diagonal !== differences && left < above) ? above : left + 1;
}

function walkBack(trace: readonly Map<number, number>[], end: { x: number; y: number }, found: Int32Array): void {
  let { x, y } = end;
  for (let differences = trace.length - 1; differences >= 0; differences--) {
    const before = trace[differences] ?? new Map<number, number>();
    const diagonal = x - y;
    const isFromAbove =
      diagonal === -differences ||
      (diagonal !== differences && (before.get(diagonal - 1) ?? -1) < (before.get(diagonal + 1) ?? -1));
    const previous = isFromAbove ? diagonal + 1 : diagonal - 1;
    const xBefore = before.get(previous) ?? 0;
    const yBefore = xBefore - previous;
    while (x > Math.max(0, xBefore) && y > Math.max(0, yBefore)) {
      x--;
      y--;
      found[x] = y;
    }
    x = xBefore;
    y = yBefore;
  }
}
