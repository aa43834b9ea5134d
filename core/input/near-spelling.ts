/** "Did you mean": the known word that is nearest to what was written. */

/** The nearest of `words` within two edits or, for words of up to five letters, one; null when none is that near. */
export function nearestWord(written: string, words: Iterable<string>): string | null {
  const editsMax = written.length <= 5 ? 1 : 2;
  const plain = written.toLowerCase().replaceAll('_', '-');
  let nearest: string | null = null;
  let fewest = editsMax + 1;
  for (const word of words) {
    if (Math.abs(word.length - plain.length) > editsMax) continue;
    const edits = editsBetween(plain, word.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      nearest = word;
    }
  }
  return nearest;
}

/** `; did you mean x?`, or an empty string. */
export function didYouMean(written: string, words: Iterable<string>): string {
  const word = nearestWord(written, words);
  return word === null ? '' : `; did you mean ${word}?`;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editsBetween(left: string, right: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let edits = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) edits = Math.min(edits, (before[column - 2] ?? 0) + 1);
      current.push(edits);
    }
    before = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
