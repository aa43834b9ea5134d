/** Thread groups whose users come and leave in lots: Ultimate and Stepping. */

import { sumCurves } from '../sum-curves.ts';
import { counted, lasting } from '../words.ts';
import { escaped, type GroupKind, type GroupLoad, type GroupPart } from './group-kind.ts';
import type { JmxValues } from './jmx-values.ts';
import { type JmxElement, propertyOf, writtenIn } from './parse-jmx.ts';
import { rowCurve, type Stairs, stairRows, type UserRow } from './user-rows.ts';

const ROWS_MAX = 2_000;
const DRAWN_ROWS_MAX = 300;

function rowsLoad(rows: UserRow[] | null, words: (users: number) => string): GroupLoad {
  if (rows === null || rows.length > ROWS_MAX) {
    return { kind: 'users', amount: null, curve: null, seconds: null, words: 'users in an unknown order' };
  }
  const users = rows.reduce((sum, row) => sum + row.users, 0);
  const ends = rows.map(({ delay, startup, hold, shutdown }) => delay + startup + hold + shutdown);
  return {
    kind: 'users',
    amount: users,
    curve: rows.length > DRAWN_ROWS_MAX ? null : sumCurves(rows.map(rowCurve)),
    seconds: Math.max(0, ...ends),
    words: words(users),
  };
}

/** A row as the plugin's table has it: a collection of five numbers. */
export const ultimate: GroupKind = {
  hasThreads: false,
  load: (group, values) => {
    const rows = ultimateRows(group, values);
    return rowsLoad(rows, (users) => `${counted(users, 'user')} in ${counted(rows?.length ?? 0, 'row')}`);
  },
  share(group, values, { of }) {
    const table = propertyOf(group, 'ultimatethreadgroupdata');
    const rows = ultimateRows(group, values);
    if (table === undefined || rows === null) return null;
    return [{ at: table, xml: ultimateTable(partOfRows(rows, of)) }];
  },
};

function ultimateRows(group: JmxElement, values: JmxValues): UserRow[] | null {
  const table = propertyOf(group, 'ultimatethreadgroupdata');
  const rows = table?.children.map(({ children }) => children.map(({ text }) => values.number(text))) ?? null;
  if (rows === null || rows.some((row) => row.length < 5 || row.includes(null))) return null;
  return (rows as number[][]).map(([users = 0, delay = 0, startup = 0, hold = 0, shutdown = 0]) => {
    return { users, delay, startup, hold, shutdown };
  });
}

/** Each row's users, dealt after those of the rows before it. */
function partOfRows(rows: readonly UserRow[], of: GroupPart['of']): UserRow[] {
  let before = 0;
  const parts = rows.map((row) => {
    const users = of(row.users, before);
    before += row.users;
    return { ...row, users };
  });
  return parts.filter(({ users }) => users > 0);
}

function ultimateTable(rows: readonly UserRow[]): string {
  const cell = (value: number) => `<stringProp name="${value}">${value}</stringProp>`;
  const row = ({ users, delay, startup, hold, shutdown }: UserRow) =>
    `<collectionProp name="row">${[users, delay, startup, hold, shutdown].map(cell).join('')}</collectionProp>`;
  return `<collectionProp name="ultimatethreadgroupdata">${rows.map(row).join('')}</collectionProp>`;
}

/** A stair cannot have a fraction of its users: a part is written as rows, which say the same of each user. */
export const stepping: GroupKind = {
  hasThreads: true,
  load(group, values) {
    const stairs = stairsOf(group, values);
    const words =
      stairs === null
        ? []
        : [
            ...lasting('after', stairs.delay),
            `${stairs.startUsers || stairs.users} every ${stairs.startPeriod} s`,
            ...lasting('hold', stairs.hold),
          ];
    return rowsLoad(stairs === null ? null : stairRows(stairs), (users) =>
      [counted(users, 'user'), ...words].join(', '),
    );
  },
  share(group, values, { of }) {
    const stairs = stairsOf(group, values);
    if (stairs === null) return null;
    const onError = writtenIn(group, 'ThreadGroup.on_sample_error') ?? 'continue';
    const loop =
      '<elementProp name="ThreadGroup.main_controller" elementType="LoopController"><boolProp name="LoopController.continue_forever">false</boolProp><intProp name="LoopController.loops">-1</intProp></elementProp>';
    const name = escaped(group.attributes.testname ?? '');
    const xml = `<kg.apc.jmeter.threads.UltimateThreadGroup guiclass="kg.apc.jmeter.threads.UltimateThreadGroupGui" testclass="kg.apc.jmeter.threads.UltimateThreadGroup" testname="${name}" enabled="true">${ultimateTable(partOfRows(stairRows(stairs), of))}${loop}<stringProp name="ThreadGroup.on_sample_error">${escaped(onError)}</stringProp></kg.apc.jmeter.threads.UltimateThreadGroup>`;
    return [{ at: group, xml }];
  },
};

function stairsOf(group: JmxElement, values: JmxValues): Stairs | null {
  const number = (name: string) => {
    const written = writtenIn(group, name);
    return written === null || written.trim() === '' ? 0 : values.number(written);
  };
  const stairs = {
    users: number('ThreadGroup.num_threads'),
    delay: number('Threads initial delay'),
    burst: number('Start users count burst'),
    startUsers: number('Start users count'),
    startPeriod: number('Start users period'),
    rampUp: number('rampUp'),
    hold: number('flighttime'),
    stopUsers: number('Stop users count'),
    stopPeriod: number('Stop users period'),
  };
  if (Object.values(stairs).some((value) => value === null || value < 0)) return null;
  const known = stairs as Stairs;
  const smallest = Math.min(known.startUsers || known.users, known.stopUsers || known.users);
  return known.users / Math.max(1, smallest) > ROWS_MAX / 2 ? null : known;
}
