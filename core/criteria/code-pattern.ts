/**
 * Shell-style patterns for response codes, as in a criterion's subject `rc5??`: `*` any text, `?` one character, `[45]`, `[0-9]` one of these,
 * `[!2]` any but these. Everything else stands for itself.
 */

/** True when the whole text fits the pattern. Takes at most (length of the pattern x length of the text) steps. */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0;
  let place = 0;
  // Where the last `*` stood, and up to where it has swallowed the text: on a mismatch it takes one character more.
  let starPlace = -1;
  let starAt = 0;
  while (at < text.length) {
    if (pattern[place] === '*') {
      starPlace = place++;
      starAt = at;
      continue;
    }
    const next = place < pattern.length ? matchOne(pattern, place, text[at]!) : -1;
    if (next >= 0) {
      place = next;
      at++;
    } else if (starPlace >= 0) {
      place = starPlace + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (pattern[place] === '*') place++;
  return place === pattern.length;
}

/** Matches one character against the element at `place`; returns the place of the next element, or -1. */
function matchOne(pattern: string, place: number, character: string): number {
  const element = pattern[place]!;
  if (element === '?') return place + 1;
  if (element === '[') {
    const negated = pattern[place + 1] === '!';
    const first = place + (negated ? 2 : 1);
    // A bracket that comes first is one of the set; without a closing one, `[` stands for itself.
    const closing = pattern.indexOf(']', first + 1);
    if (closing >= 0) return isInSet(pattern.slice(first, closing), character) === negated ? -1 : closing + 1;
  }
  return element === character ? place + 1 : -1;
}

function isInSet(set: string, character: string): boolean {
  for (let position = 0; position < set.length; position++) {
    const isRange = set[position + 1] === '-' && position + 2 < set.length;
    if (isRange) {
      if (set[position]! <= character && character <= set[position + 2]!) return true;
      position += 2;
    } else if (set[position] === character) {
      return true;
    }
  }
  return false;
}
