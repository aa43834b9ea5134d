import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyNth } from '../plan/share.ts';
import { partOfRows } from './split-rows.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const part = (text: string, task: number, tasks: number, hasHeader = true) =>
  new TextDecoder().decode(partOfRows(bytes(text), everyNth(task, tasks), hasHeader));

describe('rows', () => {
  it('are dealt in turn, the header to every task', () => {
    const text = 'user,password\nada,1\nbob,2\ncleo,3\n';
    expect([0, 1].map((task) => part(text, task, 2))).toEqual([
      'user,password\nada,1\ncleo,3\n',
      'user,password\nbob,2\n',
    ]);
    expect([0, 1].map((task) => part(text, task, 2, false))).toEqual(['user,password\nbob,2\n', 'ada,1\ncleo,3\n']);
  });

  it.each([
    ['a\n"x\ny",1\nb,2\n', ['a\n"x\ny",1\n', 'a\nb,2\n']],
    ['a\n"say ""\n""",1\nb,2\n', ['a\n"say ""\n""",1\n', 'a\nb,2\n']],
    ['a\r\nx\r\n\r\ny', ['a\r\nx\r\n', 'a\r\ny\r\n']],
    ['a\n5" pipe\n6" pipe\n', ['a\n5" pipe\n', 'a\n6" pipe\n']],
    ['a\n"never closed\nb\n', ['a\n"never closed\n', 'a\nb\n']],
    ['a\n1;"x\n"\n2;y\n', ['a\n1;"x\n"\n', 'a\n2;y\n']],
    ['a', ['a\n', 'a\n']],
    ['', ['', '']],
    ['\n\n', ['', '']],
    ['a\n""\n"",""\n', ['a\n""\n', 'a\n"",""\n']],
  ])('of %j are whole', (text, expected) => {
    expect([0, 1].map((task) => part(text, task, 2))).toEqual(expected);
  });

  it("are each one task's, whatever is in them", () => {
    const value = fc.string({ maxLength: 6, unit: fc.constantFrom('a', '1', 'é', '"', ',', '\n', ' ') });
    const cell = value.map((text) => (/["\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
    const row = fc.tuple(cell, cell).map(([id, other]) => `k${id.startsWith('"') ? '' : id},${other}\n`);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (rows, tasks) => {
        const parts = Array.from({ length: tasks }, (_, task) => part(`h,i\n${rows.join('')}`, task, tasks));
        for (const [task, text] of parts.entries()) {
          expect(text).toBe(`h,i\n${rows.filter((_, i) => i % tasks === task).join('')}`);
        }
      }),
    );
  });

  it('of bytes that are no text stay as they are', () => {
    const content = Uint8Array.from([0xff, 0x0a, 0xfe, 0x0a]);
    expect([...partOfRows(content, everyNth(1, 2), false)]).toEqual([0xfe, 0x0a]);
  });
});
