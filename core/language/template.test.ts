// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are templates of scenarios.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { LoadstarError } from '../errors.ts';
import { changesOf, type GoldenCase, readGoldens, scopeOf } from './fixtures/goldens.ts';
import { functions, refusedFunctions } from './functions/table.ts';
import { compileTemplate, templateProblem } from './template.ts';

interface TemplateCase extends GoldenCase {
  template: string;
  times?: number;
}

const { cases } = readGoldens<TemplateCase>(new URL('template.goldens.json', import.meta.url));
const fill = (text: string, variables: Record<string, string> = {}): string =>
  compileTemplate(text).fill(scopeOf(variables));

beforeAll(() => {
  // That of the recording.
  process.env.TZ = 'UTC';
});

describe('what JMeter fills in', () => {
  it.each(cases.map((each) => [each.template, each] as const))('%s', (_, each) => {
    const { template, variables = {}, properties = {}, times } = each;
    if (each.refused) {
      expect(templateProblem(template)).toMatch(/\S/);
      return;
    }
    const scope = scopeOf(variables, { properties: new Map(Object.entries(properties)) });
    const compiled = compileTemplate(template);
    const filled = Array.from({ length: times ?? 1 }, () => compiled.fill(scope));
    const result = { filled: times === undefined ? filled[0] : filled, ...changesOf(variables, scope.variables) };
    expect(result).toEqual(each.differs ?? each.result);
  });
});

describe('a compiled template', () => {
  it.each<[string, string | null, string[], string[]]>([
    ['plain', 'plain', [], []],
    ['${a}', null, ['a'], []],
    ['${__V(a)}${__V(x_${n},${d})}', null, ['a', 'n', 'd'], []],
    ['${__intSum(1,2)}', null, [], []],
    ['${__urlencode(a b)}!', 'a+b!', [], []],
    ['${__urlencode(${a})}', null, ['a'], []],
    ['${__UUID()}', null, [], []],
    ['${__Random(1,2,r)}', null, [], ['r']],
    ['${__split(${list},part)}', null, ['list'], ['part', 'part_n', 'part_1']],
    ['${__intSum(${a},1,sum)}', null, ['a'], ['sum']],
    ['${__groovy(vars.get("a") == "1",r)}', null, ['a'], ['r']],
    ['${JMeterThread.last_sample_ok}', null, [], []],
  ])('%s: constant %j, reads %j, sets %j', (text, constant, names, sets) => {
    const template = compileTemplate(text);
    expect(template.text).toBe(text);
    expect(template.constant).toBe(constant);
    expect([...template.names]).toEqual(names);
    expect([...template.sets]).toEqual(sets);
  });

  it('counts each place alone, for a user or for all', () => {
    const [mine, ours] = [compileTemplate('${__counter(TRUE,)}'), compileTemplate('${__counter(FALSE)}')];
    const first = scopeOf();
    const second = scopeOf({}, { counters: first.context.counters });
    expect([mine, ours].map((each) => [first, first, second].map((scope) => each.fill(scope)))).toEqual([
      ['1', '2', '1'],
      ['1', '2', '3'],
    ]);
    expect(compileTemplate('${__counter(FALSE)}').fill(first)).toBe('1');
  });

  it('tells of the user, the machine and the environment', () => {
    const scope = scopeOf(
      {},
      { userNumber: 7, flowName: 'buy', iteration: 3, env: { HOME: '/h' }, lastSampleOk: false },
    );
    const text = '${__threadNum} ${__threadGroupName} ${__iterationNum} ${__machineName} ${__env(HOME)} ${__env(X,,d)}';
    expect(compileTemplate(text).fill(scope)).toBe('7 buy 3 machine /h d');
    expect(compileTemplate('${JMeterThread.last_sample_ok}').fill(scope)).toBe('false');
  });

  it('draws within the bounds', () => {
    for (const [random, expected] of [
      [0, '-2 aaa 2024-01-30'],
      [0.999999, '5 zzz 2024-02-02'],
    ] as const) {
      const scope = scopeOf({}, { random: () => random });
      const text = '${__Random(-2,5)} ${__RandomString(3,abz)} ${__RandomDate(,2024-01-30,2024-02-03,,)}';
      expect(compileTemplate(text).fill(scope)).toBe(expected);
    }
    expect(fill('${__UUID}')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(fill('${__RandomString(20)}')).toMatch(/^[a-zA-Z0-9]{20}$/);
  });

  it('reads the clock', () => {
    const scope = scopeOf({}, { nowMs: () => Date.UTC(2024, 1, 29, 13, 4, 5, 67) });
    const text = '${__time()} ${__time(/1000)} ${__time(YMDHMS)} ${__time(dd/MM/yyyy hh:mm:ss.SSS a Z)}';
    expect(compileTemplate(text).fill(scope)).toBe(
      '1709211845067 1709211845 20240229-130405 29/02/2024 01:04:05.067 PM +0000',
    );
    expect(compileTemplate('${__timeShift(yyyy-MM-dd,,P1D,,)}').fill(scope)).toBe('2024-03-01');
    expect(compileTemplate('${__timeShift(,,-PT1S,,)}').fill(scope)).toBe('1709211844067');
  });

  it('encodes, decodes and measures', () => {
    expect(fill('${__base64Encode(tea für 5 €)} ${__base64Decode(dGVhIGbDvHI=)} ${__base64Decode(dGVh)}')).toBe(
      'dGVhIGbDvHIgNSDigqw= tea für tea',
    );
    expect(fill('${__strLen(abc)} ${__substring(abcdef,1,3)} ${__trim( a )} ${__lowercase(AB)} ${__MD5(abc)}')).toBe(
      '3 bc a ab 900150983cd24fb0d6963f7d28e17f72',
    );
    expect(
      fill('${__strReplace(a-b-c,-,+)} ${__if(${x},1,yes,no)} ${__doubleSum(1.5,2)} ${__isDefined(x)}', { x: '1' }),
    ).toBe('a+b+c yes 3.5 1');
  });

  it('leaves a call as it is written when its arguments turn out to make no sense', () => {
    expect(fill('a${__Random(${x},5)}b', { x: 'no' })).toBe('a${__Random(${x},5)}b');
    expect(fill('${__substring(abc,2,${x})}', { x: '9' })).toBe('${__substring(abc,2,${x})}');
  });

  it('does not follow values that stand for themselves without end', () => {
    expect(fill('${__evalVar(a)}', { a: '${__evalVar(a)}' })).toContain('__evalVar');
    expect(fill('${__eval(${a})}', { a: '${__nope(' })).toBe('${__nope(');
  });
});

describe('what is refused', () => {
  it.each([
    ['${__nope(1)}', 'there is no function of that name'],
    ['${__Randon(1,2)}', 'did you mean __Random'],
    ['${__Random(1)}', 'does not take 1 arguments; it is written ${__Random(minimum,maximum,variable)}'],
    ['${__Random(a,2)}', 'a is no whole number'],
    ['${__time(QQ)}', 'QQ in the date pattern QQ is not supported'],
    ["${__time('a)}", 'a quote is open'],
    ['${__digest(MD2,x)}', 'there is no digest MD2'],
    ['${__timeShift(yyyy,,1D,,)}', '1D is no amount of time'],
    ['${__groovy(new Date())}', 'new is not supported'],
    ['${__UUID()', '} is missing'],
    ['${__V(a', ') is missing'],
    [`${'${__V('.repeat(40)}x${')}'.repeat(40)}`, 'nested more than'],
  ])('%s', (text, message) => {
    expect(templateProblem(text)).toContain(message);
    const thrown = (() => {
      try {
        return compileTemplate(text);
      } catch (error) {
        return error;
      }
    })();
    if (!(thrown instanceof LoadstarError)) throw new Error('it was not refused');
    expect(thrown.code).toBe('scenario_invalid');
  });

  it.each(Object.entries(refusedFunctions))('%s, with what to do instead', (name, why) => {
    expect(functions.has(name)).toBe(false);
    expect(templateProblem(`\${${name}(1)}`)).toContain(why);
  });
});

describe('any text', () => {
  it('stays as it is when nothing in it is a variable', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('${'));
        expect(compileTemplate(text).constant).toBe(text);
      }),
    );
  });

  it('is filled in or refused, and never breaks', () => {
    const pieces = fc.constantFrom(
      '${',
      '}',
      '(',
      ')',
      ',',
      '\\',
      '$',
      '__V',
      '__Random',
      '__jexl3',
      'a',
      '1',
      ' ',
      '"',
      '__eval',
      '__split',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), (parts) => {
        const text = parts.join('');
        if (templateProblem(text) !== null) return;
        expect(typeof fill(text, { a: '${a}', '1': 'x' })).toBe('string');
      }),
      { numRuns: 1000 },
    );
  });

  it('that is a value goes in unchanged', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, value) => {
        fc.pre(!/[$\\{]/.test(before));
        expect(fill(`${before}\${v}${before}`, { v: value })).toBe(before + value + before);
      }),
    );
  });
});
