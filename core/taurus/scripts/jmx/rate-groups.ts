/** Thread groups that begin iterations by a schedule, and tables of rates. */

import { counted } from '../words.ts';
import type { Change, GroupKind } from './group-kind.ts';
import type { JmxValues } from './jmx-values.ts';
import { type JmxElement, propertyOf, writtenIn } from './parse-jmx.ts';

const ROWS_MAX = 2_000;

/** A table of rates: from, to, seconds. */
export const freeForm: GroupKind = {
  hasThreads: false,
  load(group, values) {
    const unit = values.text(writtenIn(group, 'Unit')) === 'S' ? 1 : 60;
    const rows = rateRows(propertyOf(group, 'Schedule'), values);
    const seconds = rows?.reduce((sum, { seconds: each }) => sum + each, 0) ?? null;
    return {
      kind: 'rates',
      amount: null,
      curve: rows?.map((row) => ({ seconds: row.seconds * unit, from: row.from / unit, to: row.to / unit })) ?? null,
      seconds: seconds === null ? null : seconds * unit,
      words: `iterations in ${rows === null ? 'an unknown order' : counted(rows.length, 'row')}`,
    };
  },
  share: (group, values, { proportion }) =>
    scaleRateRows(propertyOf(group, 'Schedule'), values, (rate) => rate * proportion),
};

/** Rows of a table of rates; null when they are not known. Also for timers. */
export function rateRows(
  table: JmxElement | undefined,
  values: JmxValues,
): { from: number; to: number; seconds: number }[] | null {
  const rows = table?.children.map(({ children }) => children.map(({ text }) => values.number(text))) ?? null;
  if (rows === null || rows.length > ROWS_MAX || rows.some((row) => row.length < 3 || row.includes(null))) return null;
  return (rows as number[][]).map(([from = 0, to = 0, seconds = 0]) => ({ from, to, seconds }));
}

/** The first two columns of a table of rates, brought to what `part` makes of each. */
export function scaleRateRows(
  table: JmxElement | undefined,
  values: JmxValues,
  part: (rate: number) => number,
): Change[] | null {
  if (table === undefined || rateRows(table, values) === null) return null;
  return table.children.flatMap(({ children }) =>
    children.slice(0, 2).map((at) => ({ at, text: String(part(values.number(at.text) ?? 0)) })),
  );
}

const RATE = /(\brate\s*\(\s*)(\d+(?:\.\d+)?)/g;

/** JMeter's own language: `rate(10/sec) random_arrivals(1 min)`. */
export const openModel: GroupKind = {
  hasThreads: false,
  load: () => ({
    kind: 'rates',
    amount: null,
    curve: null,
    seconds: null,
    words: 'iterations by a schedule of its own',
  }),
  share(group, values, { proportion }) {
    const at = propertyOf(group, 'OpenModelThreadGroup.schedule');
    const schedule = values.text(at?.text ?? null);
    if (at === undefined || schedule === null || /even_arrivals|random_arrivals/.test(schedule) === false) return null;
    const scaled = schedule.replace(RATE, (_, before: string, rate: string) => before + Number(rate) * proportion);
    return [{ at, text: scaled }];
  },
};
