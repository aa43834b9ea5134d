/** Splits a row whose values may stand in double quotes; two quotes in a quoted value stand for one. What breaks these rules is taken as it is written. */
export function splitQuoted(row: string, delimiter: string): string[] {
  if (!row.includes('"')) return row.split(delimiter);
  const values: string[] = [];
  for (let start = 0; start <= row.length; ) {
    const closing = row[start] === '"' ? closingQuote(row, start, delimiter) : -1;
    const found = row.indexOf(delimiter, closing < 0 ? start : closing + 1);
    const end = found < 0 ? row.length : found;
    values.push(closing < 0 ? row.slice(start, end) : row.slice(start + 1, closing).replaceAll('""', '"'));
    start = end + delimiter.length;
  }
  return values;
}

/** The quote that ends the value that begins at `start`: one before a delimiter or the end. Negative when there is none. */
function closingQuote(row: string, start: number, delimiter: string): number {
  for (let at = row.indexOf('"', start + 1); at >= 0; at = row.indexOf('"', at + 1)) {
    if (row[at + 1] === '"') at++;
    else return at + 1 === row.length || row.startsWith(delimiter, at + 1) ? at : -1;
  }
  return -1;
}
