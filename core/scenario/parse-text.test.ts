import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../errors.ts';
import { isMapping, numberText, type TaurusValue } from '../input/value.ts';
import goldens from './parse-text.goldens.json' with { type: 'json' };
import { parseText, parseValue } from './parse-text.ts';

/** A value as scripts/record-yaml-goldens.py writes it. */
interface Typed {
  null?: boolean;
  bool?: boolean;
  int?: string;
  float?: string;
  date?: boolean;
  str?: string;
  list?: Typed[];
  map?: [string | { key: string }, Typed][];
}

function expectValue(value: TaurusValue, typed: Typed, text: string): void {
  if (typed.null) expect(value, text).toBeNull();
  else if (typed.bool !== undefined) expect(value, text).toBe(typed.bool);
  else if (typed.int !== undefined) expect(value, text).toBe(BigInt(typed.int));
  else if (typed.float !== undefined) {
    expect(typeof value, text).toBe('number');
    expect(numberText(value as number), text).toBe(typed.float);
  } else if (typed.date) expect(typeof value, text).toBe('string');
  else if (typed.str !== undefined) expect(value, text).toBe(typed.str);
  else if (typed.list !== undefined) {
    expect(value, text).toHaveLength(typed.list.length);
    for (const [index, item] of typed.list.entries()) expectValue((value as TaurusValue[])[index] ?? null, item, text);
  } else {
    const entries = isMapping(value) ? Object.entries(value) : [];
    expect(
      entries.map(([key]) => key),
      text,
    ).toEqual(typed.map?.map(([key]) => key));
    for (const [index, [, item]] of (typed.map ?? []).entries()) expectValue(entries[index]?.[1] ?? null, item, text);
  }
}

function thrownBy(action: () => unknown): LoadstarError {
  try {
    action();
  } catch (error) {
    if (error instanceof LoadstarError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Both are harmless: PyYAML knows `=` as a type but cannot read it, and wants an anchor's name only once. */
const READ_ALTHOUGH_PYYAML_REFUSES = new Set(['v: =', 'a: &n 1\nb: &n 2\nc: *n\n']);

describe('parseText, against PyYAML', () => {
  it('reads what PyYAML reads, as the same values', () => {
    const cases = goldens.cases.filter((item) => 'value' in item);
    expect(cases.length).toBeGreaterThan(140);
    for (const { text, value } of cases) {
      const [read] = parseText(
        'a.yml',
        `wrapped:\n  ${text.replaceAll('\n', '\n  ')}`.replace(/^wrapped:\n {2}%YAML 1.1\n {2}---/, 'wrapped:'),
      );
      expectValue(read?.wrapped ?? null, value as Typed, text);
    }
  });

  it('refuses what PyYAML refuses', () => {
    const cases = goldens.cases.filter((item) => 'error' in item && !READ_ALTHOUGH_PYYAML_REFUSES.has(item.text));
    expect(cases.length).toBeGreaterThan(1);
    for (const { text } of cases) expect(() => parseText('a.yml', text), text).toThrow(LoadstarError);
  });
});

describe('parseText', () => {
  it('reads JSON, indented with tabs too', () => {
    expect(
      parseText(
        'a.json',
        '{\n\t"execution": [\n\t\t{"concurrency": 5, "hold-for": "1m", "x": "a\\/b\\u00e9"}\n\t]\n}\n',
      ),
    ).toEqual([{ execution: [{ concurrency: 5n, 'hold-for': '1m', x: 'a/bé' }] }]);
  });

  it('reads several documents, and skips empty ones', () => {
    expect(parseText('a.yml', '---\na: 1\n---\n# nothing\n---\nb: 2\n')).toEqual([{ a: 1n }, { b: 2n }]);
    expect(parseText('a.yml', '')).toEqual([]);
  });

  it('skips a byte order mark, and honours a version that says otherwise no more than PyYAML does', () => {
    expect(parseText('a.yml', '\uFEFFa: yes')).toEqual([{ a: true }]);
    expect(parseText('a.yml', '%YAML 1.2\n---\na: yes\n')).toEqual([{ a: true }]);
  });

  it('takes keys as they are written', () => {
    expect(parseText('a.yml', 'no: 1\n200: 2\n1.0: 3\nconstructor: 4\n')).toEqual([
      { no: 1n, 200: 2n, '1.0': 3n, constructor: 4n },
    ]);
  });

  it('repeats what an alias names, without sharing it', () => {
    const [read] = parseText('a.yml', 'a: &a {b: [1]}\nc: *a\n');
    expect(read).toEqual({ a: { b: [1n] }, c: { b: [1n] } });
    expect(read?.a).not.toBe(read?.c);
  });

  it.each([
    ['a: [1, 2', 1, 9, ''],
    ['a: 1\nb: 2\n c: 3\n', 2, 4, ''],
    ['a: "x\n', 2, 1, 'closing'],
    ['a: "x\ny\nb: 1\n', 4, 1, 'closing'],
    ['a:\n  b: {x: 1,\n y: 2\n', 3, 2, ''],
    ['a: *b\n', 1, 4, '*b stands before its anchor &b is complete'],
    ['a: &a [*a]\n', 1, 8, '*a stands before its anchor &a is complete'],
    ['- a\n- b\n', 1, 1, 'a list stands where a mapping with execution and scenarios is expected'],
    ['just text', 1, 1, '"just text" stands where a mapping'],
    ['a: 1\n---\n5\n', 3, 1, '5 stands where a mapping'],
    ['a: "x\u0000y"', 1, 6, 'the character U+0000 is not allowed in YAML'],
    ['a: 1\nb: \u0007', 2, 4, 'the character U+0007 is not allowed in YAML'],
    ['a: 1\nb: \ud800', 2, 4, 'the character U+D800 is not allowed in YAML'],
    ['__proto__: {x: 1}', 1, 1, 'the key __proto__ is not allowed'],
    ['a: {~__proto__: 1}', 1, 5, 'the key ~__proto__ is not allowed'],
    ['? [a, b]\n: 1', 1, 3, 'a key must be a plain word or a text'],
    ['? {a: b}\n: 1', 1, 3, 'a key must be a plain word or a text'],
    [': 1', 1, 1, 'a key is empty'],
    ["'': 1", 1, 1, 'a key is empty'],
    ['a: !!python/object:os.system x', 1, 30, 'is not valid with the tag'],
    ['a: !!int x', 1, 10, '"x" is not valid with the tag tag:yaml.org,2002:int'],
    ['a: !!set {b: }', 1, 10, 'the tag tag:yaml.org,2002:set is not supported'],
    ['a: !!binary aGk=', 1, 13, 'is not valid with the tag tag:yaml.org,2002:binary'],
    ['a: {<<: 5}', 1, 5, '<< takes a mapping or a list of mappings, and not 5'],
    ['a: {<<: {}, <<: {}}', 1, 13, 'the key "<<" stands here twice'],
    ['{"a": 1,, }', 1, 9, ''],
  ])('says where %j is wrong', (text, line, column, message) => {
    const error = thrownBy(() => parseText('dir/a.yml', text));
    expect(error.code).toBe('scenario_unreadable');
    expect(error.fields[0]?.message).toContain(message);
    expect(error.fields[0]?.path).toBe(`dir/a.yml:${line}:${column}`);
    expect(error.message).toContain(`dir/a.yml:${line}:${column}`);
  });

  it.each<[string, TaurusValue, string[]]>([
    [
      'a: 1\nb: 2\na: 3\n',
      { a: 3n, b: 2n },
      ['a.yml:3: the key "a" stands there twice; the last one counts, as in Taurus'],
    ],
    [
      'x:\n  {a: 1, a: [2]}',
      { x: { a: [2n] } },
      ['a.yml:2: the key "a" stands there twice; the last one counts, as in Taurus'],
    ],
    [
      'a:\n- b\nx:\n\t- y: 1\n\t  z: |\n\t\t    t\tt\n',
      { a: ['b'], x: [{ y: 1n, z: 't\tt\n' }] },
      ['a.yml:4: tabs that indent lines are read as four spaces, as in Taurus'],
    ],
    ["a:\n  body: '{\n    \"a\": ''1''\n\n}'\n  c: 1\n", { a: { body: '{ "a": \'1\'\n}', c: 1n } }, []],
    ['a:\n    - b: "x\n y\\\n z\n"\n      c: 1\n', { a: [{ b: 'x yz ', c: 1n }] }, []],
    ['a:\n  b: {x: 1,\n y: [2,\n3\n]\n}\n  c: 2\n', { a: { b: { x: 1n, y: [2n, 3n] }, c: 2n } }, []],
  ])('reads what Taurus reads beyond the rules: %j', (text, value, warnings) => {
    const warned: string[] = [];
    expect(parseText('a.yml', text, (message) => warned.push(message))).toEqual([value]);
    expect(warned).toEqual(warnings);
  });

  it('gives up soon where lines are further left without end', () => {
    const text = `a:\n  b: "${'x\n'.repeat(50_000)}`;
    expect(thrownBy(() => parseText('a.yml', text)).code).toBe('scenario_unreadable');
  });

  it('never changes the prototype of anything', () => {
    expect(() => parseText('a.yml', '{"__proto__": {"polluted": true}}')).toThrow(LoadstarError);
    expect(() => parseText('a.yml', 'a: &a {x: 1}\nb:\n  "__proto__": *a\n')).toThrow(LoadstarError);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('parseText, against hostile texts', () => {
  it.each(['[', '{a: ', '- ', '? ', '[[{a: ', '!!seq [', '&a ['])('refuses deep nesting of %j', (opening) => {
    const error = thrownBy(() => parseText('a.yml', opening.repeat(5_000)));
    expect(error.code).toBe('scenario_unreadable');
    expect(error.message).not.toContain('call stack');
  });

  it.each(['[', '{a: ', '- '])('says of %j that it is nested too deep, as long as that may be', (opening) => {
    for (const count of [5_000, 100_000]) {
      expect(thrownBy(() => parseText('a.yml', opening.repeat(count))).message).toContain('nested more than 64 deep');
    }
  });

  it('refuses nesting that the parser would still take', () => {
    const nested = (depth: number) => `a: ${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(parseText('a.yml', nested(60))).toHaveLength(1);
    expect(thrownBy(() => parseText('a.yml', nested(70))).message).toContain('nested more than 64 deep');
    const block = Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
    expect(thrownBy(() => parseText('a.yml', block)).message).toContain('nested more than 64 deep');
  });

  it('refuses depth that comes from aliases', () => {
    const levels = Array.from({ length: 100 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}]`);
    const error = thrownBy(() => parseText('a.yml', `a0: &a0 x\n${levels.join('\n')}\n`));
    expect(error.message).toContain('nested more than 64 deep');
  });

  it('refuses aliases that unfold to more than the limit', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}*l${level}]`,
    );
    const bomb = `l0: &l0 lol\n${levels.join('\n')}\n`;
    expect(thrownBy(() => parseText('a.yml', bomb)).code).toBe('scenario_too_large');
    const large = `a: &a "${'x'.repeat(1_000_000)}"\nb: [*a, *a, *a, *a, *a, *a]\n`;
    expect(thrownBy(() => parseText('a.yml', large)).code).toBe('scenario_too_large');
    const merges = `a: &a {${Array.from({ length: 1000 }, (_, key) => `k${key}: ${'x'.repeat(50)}`).join(', ')}}\n${Array.from({ length: 200 }, (_, key) => `b${key}: {<<: *a}`).join('\n')}`;
    expect(thrownBy(() => parseText('a.yml', merges)).code).toBe('scenario_too_large');
  });

  it('refuses more than 5 MB, counted in bytes', () => {
    expect(thrownBy(() => parseText('a.yml', `a: "${'x'.repeat(6_000_000)}"`)).code).toBe('scenario_too_large');
    expect(thrownBy(() => parseText('a.yml', `a: "${'é'.repeat(3_000_000)}"`)).code).toBe('scenario_too_large');
    expect(parseText('a.yml', `a: "${'x'.repeat(5_000_000)}"`)).toHaveLength(1);
  });

  it('takes many keys and lines in linear time', () => {
    const keys = Array.from({ length: 10_000 }, (_, key) => `key${key}: 1`).join('\n');
    expect(Object.keys(parseText('a.yml', keys)[0] ?? {})).toHaveLength(10_000);
  });

  it('stops at the first of thousands of errors', () => {
    expect(thrownBy(() => parseText('a.yml', ': : @ % ] }\n'.repeat(3_000))).fields).toHaveLength(1);
  });
});

describe('parseValue', () => {
  it.each([
    ['5', 5n],
    ['yes', true],
    ['1m', '1m'],
    ['', null],
    ['{a: 1}', { a: 1n }],
    ['["x", 2.5]', ['x', 2.5]],
    ['http://h:80/?a=b#c', 'http://h:80/?a=b#c'],
    ['p95>1s for 10s, stop', 'p95>1s for 10s, stop'],
    ['[not: closed', '[not: closed'],
    ['a: b: c', 'a: b: c'],
    ['--- a\n--- b', '--- a\n--- b'],
  ])('reads %j', (text, value) => {
    expect(parseValue(text)).toEqual(value);
  });
});
