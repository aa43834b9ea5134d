import { describe, expect, it } from 'vitest';
import { fixture } from '../fixtures/shares.ts';
import { inspectScript } from './inspect-script.ts';

const inspect = (text: string, env = {}, path = 'shop.js') => inspectScript('k6', path, text, env);
const shapeOf = (options: string, env = {}) => inspect(`export const options = ${options};`, env).shape;

describe('a k6 script', () => {
  it('says its load and its files', () => {
    const { shape, dataFiles, problems } = inspect(fixture('shop.js'), { BUYERS: '3' }, 'folder/shop.js');
    expect(shape).toEqual({
      curve: [
        { seconds: 1, from: 0, to: 3 },
        { seconds: 1, from: 6, to: 9 },
        { seconds: 3, from: 9, to: 9 },
        { seconds: 1, from: 6, to: 0 },
      ],
      unit: 'users',
      durationSeconds: 6,
      usersMax: 9,
      parts: ['scenario browse: up to 6 users in 3 stages', 'scenario buy: 3 users for 4 s'],
    });
    expect(dataFiles.toSorted()).toEqual(['folder/lib/pick.js', 'folder/users.csv']);
    expect(problems).toEqual([]);
    expect(inspect(fixture('shop.js')).shape.usersMax).toBe(8);
  });

  it.each([
    ['{}', ['1 user, 1 iteration each'], null, 1],
    ['{vus: 5, duration: "1m30s"}', ['5 users for 90 s'], 90, 5],
    ['{vus: 5, iterations: 20}', ['5 users, 20 iterations in all'], null, 5],
    [
      '{stages: [{duration: "10s", target: 4}, {duration: "0s", target: 8}, {duration: 500, target: 8}]}',
      ['up to 8 users in 2 stages'],
      10.5,
      8,
    ],
    [
      '{scenarios: {a: {executor: "per-vu-iterations", vus: 2, iterations: 3}}}',
      ['2 users, 3 iterations each'],
      null,
      2,
    ],
    [
      '{scenarios: {a: {executor: "constant-arrival-rate", rate: 30, timeUnit: "1m", duration: "10s", preAllocatedVUs: 4, maxVUs: 9}}}',
      ['0.5 iterations/s for 10 s'],
      10,
      9,
    ],
    [
      '{scenarios: {a: {executor: "ramping-arrival-rate", startRate: 2, stages: [{duration: "10s", target: 20}], preAllocatedVUs: 4}}}',
      ['up to 20 iterations/s in 1 stage'],
      10,
      4,
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is in the script.
    ['{vus: 2 * 3, duration: `${1 + 1}m`}', ['6 users for 120 s'], 120, 6],
    ['{vus: Number(__ENV.VUS) || 7, duration: "1s"}', ['7 users for 1 s'], 1, 7],
    ['{vus: __ENV.BIG === "yes" ? 100 : -(-1), duration: "1s"}', ['1 user for 1 s'], 1, 1],
    ['{vus: Math.max(1, 2), duration: "1s"}', ['constant-vus, known only while it runs'], null, null],
    ['{...base}', ['the options are known only while it runs'], null, null],
    ['load()', ['the options are known only while it runs'], null, null],
    ['{scenarios: {a: {executor: "made-up"}}}', ['made-up, known only while it runs'], null, null],
    ['{stages: "none"}', ['ramping-vus, known only while it runs'], null, null],
  ])('with %s says so', (options, words, durationSeconds, usersMax) => {
    const shape = shapeOf(options);
    expect(shape.parts.map((part) => part.replace(/^scenario \w+: /, ''))).toEqual(words);
    expect(shape).toMatchObject({ durationSeconds, usersMax });
  });

  it.each([
    'export let options = {vus: 3, duration: "5s"}',
    'const options = {vus: 3, duration: "5s"}; export { options };',
    'const all = {vus: 3, duration: "5s"}; export { all as options };',
    'exports.options = {vus: 3, duration: "5s"};',
    'module.exports.options = {vus: 3, duration: "5s"};',
    'const VUS = 3; const SET = {vus: VUS, duration: "5s"}; export const options = SET;',
    'const o = {vus: 3}; export const options = {vus: o.vus, duration: "5s"};',
  ])('may export its options so: %s', (text) => {
    expect(inspect(text).shape).toMatchObject({ usersMax: 3, durationSeconds: 5 });
  });

  it('may be TypeScript', () => {
    const text =
      'import type { Options } from "k6/options"; export const options: Options = { vus: 3 as number, duration: "5s" }; export default (): void => {};';
    expect(inspect(text, {}, 'a.ts').shape).toMatchObject({ usersMax: 3, durationSeconds: 5 });
    // k6 knows more of it than we do.
    expect(inspect('export const options = {', {}, 'a.ts')).toMatchObject({
      problems: [],
      shape: { parts: [expect.stringContaining('line 1')] },
    });
  });

  it('is refused with the line where it is no JavaScript', () => {
    expect(inspect('import http from "k6/http";\nexport default function () {\n  http.get(;\n}\n').problems).toEqual([
      { path: 'shop.js:3', message: 'is not JavaScript: Unexpected token' },
    ]);
  });

  it.each([
    ['('.repeat(100_000)],
    [`export const options = ${'['.repeat(1_900)}${']'.repeat(1_900)};`],
    [
      `export const options = a;${Array.from({ length: 300 }, (_, i) => `const ${'a'.repeat(i + 1)} = ${'a'.repeat(i + 2)};`).join('')}`,
    ],
    ['const a = b; const b = a; export const options = a;'],
    [`export const options = ${Array.from({ length: 3_000 }, () => '1').join('+')};`],
    ['export const options = {__proto__: null, constructor: 1, scenarios: {__proto__: {}}};'],
    ['\0\u2028\ud800'],
  ])('does no harm: case %#', (text) => {
    expect(inspect(text)).toBeDefined();
  });
});
