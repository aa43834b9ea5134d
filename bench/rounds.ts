/** What some rounds of the same measurement say together. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** Median and range. Throws when there was no round. */
export function spreadOf(values: readonly number[], digits = 2): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new Error('nothing was measured');
  const rounded = (value: number): number => Number(value.toFixed(digits));
  return { median: rounded(median(sorted)), min: rounded(min), max: rounded(max) };
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
