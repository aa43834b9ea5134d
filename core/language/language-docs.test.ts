import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileDatePattern } from './date-pattern.ts';
import { functionsOf, methodNames } from './expression/calls.ts';
import { functions, refusedFunctions } from './functions/table.ts';

const page = readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| '));
const escaped = (text: string): string => text.replaceAll('|', '\\|');

describe('docs/language.md', () => {
  it('lists every function with what it gives, and no other', () => {
    const listed = rows.filter((row) => row.startsWith('| `${__'));
    const expected = Array.from(
      functions.values(),
      ({ usage, gives }) => `| \`\${${escaped(usage)}}\` | ${escaped(gives)} |`,
    );
    expect(listed.toSorted()).toEqual(expected.toSorted());
  });

  it('lists every function that is refused, and no other', () => {
    const listed = rows.filter((row) => row.startsWith('| `__'));
    expect(listed).toEqual(Object.entries(refusedFunctions).map(([name, why]) => `| \`${name}\` | ${why} |`));
  });

  it.each([
    ['JavaScript', 'javascript'],
    ['JEXL', 'jexl'],
    ['Groovy', 'groovy'],
  ] as const)('lists the functions and methods of %s', (language, dialect) => {
    const row = rows.find((each) => each.startsWith(`| ${language} (`)) ?? '';
    const [, , , functionCell = '', methodCell = ''] = row.split('|');
    const names = (cell: string): string[] => Array.from(cell.matchAll(/`([\w.]+)`/g), ([, name = '']) => name);
    expect(names(functionCell)).toEqual(Object.keys(functionsOf[dialect]));
    const shared = dialect === 'groovy' ? methodNames('jexl') : [];
    expect(names(methodCell)).toEqual(methodNames(dialect).filter((name) => !shared.includes(name)));
  });

  it('lists the letters of dates', () => {
    const section = /### Dates[\s\S]*?Any other letter/.exec(page)?.[0] ?? '';
    const listed = new Set(Array.from(section.matchAll(/`([A-Za-z])\1*`/g), ([, letter = '']) => letter));
    const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const known = letters.filter((letter) => typeof compileDatePattern(letter, 'modern') !== 'string');
    expect([...listed].toSorted()).toEqual(known.toSorted());
  });
});
