/** Looks up headers in the text of a head that the parser has found right. */

/** The values of all headers with the name (lower case), in order. */
export function headerValues(head: string, lowerName: string): string[] {
  const values: string[] = [];
  const { length } = lowerName;
  let start = head.indexOf('\r\n') + 2;
  while (start > 1 && start < head.length) {
    const lineEnd = head.indexOf('\r\n', start);
    const end = lineEnd < 0 ? head.length : lineEnd;
    if (head[start + length] === ':' && head.slice(start, start + length).toLowerCase() === lowerName) {
      values.push(head.slice(start + length + 1, end).trim());
    }
    start = end + 2;
  }
  return values;
}

/** The first one. */
export function headerValue(head: string, lowerName: string): string | null {
  return headerValues(head, lowerName)[0] ?? null;
}

/** The text with memory of its own: a slice keeps alive all that it was cut from. One character a byte. */
export function ownText(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
