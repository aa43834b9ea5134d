import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvRow } from './csv-row.ts';

function rowsOf(bytes: Buffer): { rows: string[][]; rest: number } {
  const row = new CsvRow();
  const rows: string[][] = [];
  let at = 0;
  for (let next = row.read(bytes, at, bytes.length); next >= 0; next = row.read(bytes, at, bytes.length)) {
    rows.push(Array.from({ length: row.columns }, (_, column) => row.text(column)));
    at = next;
  }
  return { rows, rest: bytes.length - at };
}

const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;
const field = fc.string({ unit: fc.constantFrom('a', 'é', '€', ',', '"', '\n', ' ', '7'), maxLength: 8 });

describe('a row of comma-separated values', () => {
  it('is what was written, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { minLength: 1 }),
        fc.nat(),
        (rows, cut) => {
          const text = rows.map((row) => `${row.map(quoted).join(',')}\n`).join('');
          const bytes = Buffer.from(text);
          expect(rowsOf(bytes)).toEqual({ rows, rest: 0 });
          // A part has a part of the rows, and leaves the rest for later.
          const length = cut % (bytes.length + 1);
          const part = rowsOf(bytes.subarray(0, length));
          expect(part.rows).toEqual(rows.slice(0, part.rows.length));
          expect(rowsOf(bytes.subarray(length - part.rest)).rows).toEqual(rows.slice(part.rows.length));
        },
      ),
    );
  });

  it('may end as on Windows, and may have no quotes', () => {
    expect(rowsOf(Buffer.from('a,b,\r\n,"c",d\n')).rows).toEqual([
      ['a', 'b', ''],
      ['', 'c', 'd'],
    ]);
  });

  it('has numbers', () => {
    const row = new CsvRow();
    const bytes = Buffer.from('12,-3.25,0.1234567,,x1,1.2.3,9007199254740991\n');
    row.read(bytes, 0, bytes.length);
    const numbers = Array.from({ length: 8 }, (_, column) => row.number(column));
    expect(numbers).toEqual([12, -3.25, 0.1234567, Number.NaN, Number.NaN, Number.NaN, 9007199254740991, Number.NaN]);
  });

  it('may have more columns than are looked at', () => {
    const bytes = Buffer.from(`${'x,'.repeat(1_000)}y\nz\n`);
    const { rows } = rowsOf(bytes);
    expect(rows.map((row) => row.length)).toEqual([128, 1]);
  });
});
