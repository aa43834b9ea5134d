// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are conditions of scenarios.
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCondition, compileLoopCondition, conditionProblem, loopConditionProblem } from './condition.ts';
import { compileExpression } from './expression/expression.ts';
import { type GoldenCase, readGoldens, scopeOf } from './fixtures/goldens.ts';

interface ConditionCase extends GoldenCase {
  if?: string;
  while?: string;
  lastOk?: boolean;
}

const { cases } = readGoldens<ConditionCase>(new URL('condition.goldens.json', import.meta.url));

describe("what JMeter's If decides", () => {
  it.each(cases.filter((each) => each.if !== undefined).map((each) => [each.if ?? '', each] as const))(
    '%s',
    (text, each) => {
      if (each.refused) {
        expect(conditionProblem(text)).toMatch(/\S/);
        return;
      }
      expect(compileCondition(text).holds(scopeOf(each.variables))).toBe(each.differs ?? each.result);
    },
  );
});

describe("when JMeter's While goes on", () => {
  it.each(
    cases
      .filter((each) => each.while !== undefined)
      .map((each) => [each.while ?? '', each.lastOk ?? true, each] as const),
  )('%j, last sample ok: %j', (text, lastSampleOk, each) => {
    const scope = scopeOf(each.variables, { lastSampleOk });
    const condition = compileLoopCondition(text);
    expect([condition.goesOn(scope, false), condition.goesOn(scope, true)]).toEqual(each.result);
  });

  it('refuses functions that are not known', () => {
    expect(loopConditionProblem('${__nope()}')).toContain('no function');
    expect(loopConditionProblem('"a" == "b"')).toBeNull();
    expect([...compileLoopCondition('${more}').names]).toEqual(['more']);
  });
});

/** JavaScript that this project's own parser reads too, with values of all kinds. */
const expressions = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      '1',
      '0',
      '2.5',
      '"a"',
      '"1"',
      '""',
      "'b c'",
      'true',
      'false',
      'null',
      'undefined',
      '"true"',
      '-3',
      '1e3',
      '"10"',
    ),
    fc
      .tuple(
        tie('any'),
        fc.constantFrom('==', '!=', '===', '!==', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '&&', '||'),
        tie('any'),
      )
      .map((parts) => parts.join(' ')),
    tie('any').map((inner) => `(${inner})`),
    tie('any').map((inner) => `!(${inner})`),
    tie('any').map((inner) => `-(${inner})`),
    fc.tuple(tie('any'), tie('any'), tie('any')).map(([a, b, c]) => `((${a}) ? (${b}) : (${c}))`),
    tie('any').map((inner) => `String(${inner}).length`),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `String(${a}).indexOf(${b})`),
    tie('any').map((inner) => `Number(${inner})`),
    tie('any').map((inner) => `parseInt(${inner})`),
  ),
}));

describe('expressions of JavaScript', () => {
  it('have the value that a JavaScript engine gives them', () => {
    fc.assert(
      fc.property(expressions.any, (text) => {
        const expected = String(runInNewContext(text, {}));
        expect(compileExpression(text, 'javascript').evaluate(scopeOf())).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('hostile conditions', () => {
  it.each([
    ['brackets', `${'('.repeat(50_000)}1${')'.repeat(50_000)}`],
    ['signs', `${'!'.repeat(15_000)}true`],
    ['a long text', `"${'a'.repeat(30_000)}" == "a"`],
    ['what reaches for more', 'constructor.constructor("return process")()'],
    ['a prototype', '"a".constructor'],
    ['a method of all', '"a".__proto__.x()'],
    ['an assignment', 'a = 1'],
    ['nothing closed', '"a'],
  ])('%s is refused', (_, text) => {
    expect(conditionProblem(text)).toMatch(/\S/);
  });

  it('that come from variables do not hold, and do no harm', () => {
    const condition = compileCondition('${x}');
    for (const x of [
      'process.exit()',
      '('.repeat(30_000),
      '"a".repeat(1e9).length > 1',
      'x => x',
      '/(a+)+$/.test("aaa")',
    ]) {
      expect(typeof condition.holds(scopeOf({ x }))).toBe('boolean');
    }
    expect(condition.holds(scopeOf({ x: 'process.exit()' }))).toBe(false);
  });
});
