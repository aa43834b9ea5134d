import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataSource } from '../../../core/scenario/scenario.ts';
import { openDataSource } from './row-source.ts';

const plain: DataSource = {
  path: 'users.csv',
  delimiter: null,
  quoted: false,
  encoding: null,
  loop: true,
  randomOrder: false,
  variableNames: null,
  partition: 'copy',
};
const everyRow = (count: number) => ({ count, row: (i: number) => i });

function open(file: string | Buffer, changes: Partial<DataSource> = {}, rowsOf = everyRow) {
  return openDataSource({ ...plain, ...changes }, Buffer.from(file), rowsOf);
}

/** The next rows, as variables. */
function take(source: ReturnType<typeof open>, count: number): (Record<string, string> | null)[] {
  return Array.from({ length: count }, () => {
    const row: Record<string, string> = {};
    const set = (name: string, value: string): void => {
      row[name] = value;
    };
    return source.takeRow({ set }) ? row : null;
  });
}

/** All values of a file without a line of names. */
function valuesOf(file: string | Buffer, changes: Partial<DataSource> = {}, columns = 3): string[][] {
  const names = Array.from({ length: columns }, (_, column) => `c${column}`);
  let rows = 0;
  const source = open(file, { loop: false, variableNames: names, ...changes }, (count) => {
    rows = count;
    return everyRow(count);
  });
  return take(source, rows).map((row) => Object.values(row ?? {}));
}

describe('rows', () => {
  it('have the names of the first line, and begin again', () => {
    const source = open('name, age\nann,3\nbob,4\n');
    expect(source.names).toEqual(['name', 'age']);
    expect(take(source, 3)).toEqual([
      { name: 'ann', age: '3' },
      { name: 'bob', age: '4' },
      { name: 'ann', age: '3' },
    ]);
  });

  it('have the names that the scenario gives; then the first line is a row', () => {
    expect(take(open('ann,3\n', { variableNames: ['who', 'age'] }), 1)).toEqual([{ who: 'ann', age: '3' }]);
  });

  it('end where they do not begin again', () => {
    expect(take(open('n\n1\n2', { loop: false }), 4)).toEqual([{ n: '1' }, { n: '2' }, null, null]);
    expect(take(open('n\n1', { partition: 'unique' }), 2)).toEqual([{ n: '1' }, null]);
  });

  it('with fewer values leave the other variables alone; values without a name are left out', () => {
    expect(take(open('a,b\n1\n2,3,4'), 2)).toEqual([{ a: '1' }, { a: '2', b: '3' }]);
  });

  it('of another task are left out', () => {
    const odd = (count: number) => ({ count: count >> 1, row: (i: number) => 2 * i + 1 });
    expect(take(open('n\n0\n1\n2\n3\n4', {}, odd), 3)).toEqual([{ n: '1' }, { n: '3' }, { n: '1' }]);
    const none = () => ({ count: 0, row: (i: number) => i });
    expect(take(open('n\n0', {}, none), 1)).toEqual([null]);
  });

  it('in random order: each once before any comes again', () => {
    const source = open(`n\n${Array.from({ length: 50 }, (_, n) => n).join('\n')}`, { randomOrder: true });
    const rounds = [take(source, 50), take(source, 50)].map((round) => round.map((row) => Number(row?.n)));
    for (const round of rounds)
      expect(round.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(rounds[0]).not.toEqual(rounds[1]);
  });

  it('there must be', () => {
    for (const file of ['', '\n\n', 'name,age\n']) expect(() => open(file)).toThrow('users.csv has no rows');
  });
});

describe('lines', () => {
  it.each(['\n', '\r\n', '\r'])('may end with %j; empty ones are no rows', (end) => {
    expect(valuesOf(['a,b', '', 'c,d', '', ''].join(end))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it.each([
    [';', 'a;b,c', ['a', 'b,c']],
    ['\\t', 'a\tb', ['a', 'b']],
    ['tab', 'a\tb', ['a', 'b']],
    ['||', 'a||b|c', ['a', 'b|c']],
    [null, 'a;b\nc;d', ['a', 'b']],
    [null, 'a b', ['a b']],
  ])('with the delimiter %j', (delimiter, file, expected) => {
    expect(valuesOf(file, { delimiter })[0]).toEqual(expected);
  });

  it('keep empty values, spaces, and quotes where nothing is quoted', () => {
    expect(valuesOf(' a ,,"b"\n,,', { delimiter: ',' })).toEqual([
      [' a ', '', '"b"'],
      ['', '', ''],
    ]);
  });
});

describe('quoted values', () => {
  const quoted = (file: string): string[][] => valuesOf(file, { quoted: true, delimiter: ',' });

  it('hold delimiters, line breaks and quotes', () => {
    expect(quoted('"a,b","c\nd","e ""f"""\nx,"",y')).toEqual([
      ['a,b', 'c\nd', 'e "f"'],
      ['x', '', 'y'],
    ]);
  });

  it('that break the rules are taken as they are written', () => {
    expect(quoted('"a"b,c\nd"e,f\n')).toEqual([
      ['"a"b', 'c'],
      ['d"e', 'f'],
    ]);
    expect(quoted('a,"never\nending')).toEqual([['a', '"never\nending']]);
  });

  it('come back as they were written, whatever they are', () => {
    const value = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 8 }), (rows) => {
        const file = rows.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\n');
        expect(quoted(file)).toEqual(rows);
      }),
    );
  });
});

describe('encodings', () => {
  it.each([
    [null, Buffer.from('\ufeffäé\n')],
    ['UTF-8', Buffer.from('äé')],
    ['ISO-8859-1', Buffer.from('äé', 'latin1')],
    ['windows-1252', Buffer.from('äé', 'latin1')],
    ['UTF-16', Buffer.from('\ufeffäé', 'utf16le')],
    ['UTF-16', Buffer.from('äé', 'utf16le').swap16()],
  ])('%s', (encoding, file) => {
    expect(valuesOf(file, { encoding })).toEqual([['äé']]);
  });

  it('must be known', () => {
    expect(() => open('a\n1', { encoding: 'klingon' })).toThrow("the encoding 'klingon', which is not known");
  });
});

it('a large file takes little more memory than its bytes', () => {
  const rows = 300_000;
  const file = Buffer.from(`id,name\n${Array.from({ length: rows }, (_, row) => `${row},user ${row}`).join('\n')}`);
  globalThis.gc?.();
  const before = process.memoryUsage();
  const source = openDataSource(plain, file, everyRow);
  expect(take(source, 2)[1]).toEqual({ id: '1', name: 'user 1' });
  const after = process.memoryUsage();
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  expect(bytes).toBeLessThan(rows * 40);
});
