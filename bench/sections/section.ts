import { z } from 'zod';

/** One part of BENCHMARKS.md: the program that measures, and the words and table that its result becomes. */
export interface Section {
  name: string;
  title: string;
  /** Below `bench/`; prints its result as JSON in its last line. */
  program: string;
  args: string[];
  describe(result: unknown): string;
}

/** Median and range of some rounds (`rounds.ts`). */
export const spreadSchema = z.object({ median: z.number(), min: z.number(), max: z.number() });
export type MeasuredSpread = z.infer<typeof spreadSchema>;

/** `1.05 (0.98 - 1.10)`: the median, and from the least to the most. */
export function showSpread({ max, median, min }: MeasuredSpread, digits: number): string {
  const show = (value: number): string =>
    value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${show(median)} (${show(min)} - ${show(max)})`;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function verdict(met: boolean): string {
  return met ? 'met' : '**missed**';
}
