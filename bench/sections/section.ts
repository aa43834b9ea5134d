/** One part of BENCHMARKS.md: the program that measures, and the words and table that its result becomes. */
export interface Section {
  name: string;
  title: string;
  /** Below `bench/`; prints its result as JSON in its last line. */
  program: string;
  args: string[];
  describe(result: unknown): string;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function verdict(met: boolean): string {
  return met ? 'met' : '**missed**';
}
