import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExecutionOf, fixture, regionsOf, sharesOf } from '../fixtures/shares.ts';
import { inspectJmx } from './inspect-jmx.ts';
import { readJmxPlan } from './jmx/jmx-plan.ts';
import { type JmxElement, propertyOf, writtenIn } from './jmx/parse-jmx.ts';
import { shareJmx } from './share-jmx.ts';

const SHOP = fixture('shop.jmx');
const KINDS = fixture('groups.jmx');

/** The script of each task. */
function parts(
  text: string,
  regions: Parameters<typeof sharesOf>[0],
  execution: ExecutionOf = {},
  properties = {},
): string[] {
  const { shape } = inspectJmx('script', text, properties);
  return sharesOf(regions, [{ ...execution, shape }]).map(([share]) => shareJmx(text, share!, properties));
}

function groupsIn(text: string): Map<string, JmxElement> {
  const read = readJmxPlan('script', text, {});
  if ('problem' in read) throw new Error(read.problem.message);
  return new Map(read.plan.groups.map(({ name, element }) => [name, element]));
}

/** What the enabled groups of that name have of a number, over all tasks. */
function total(texts: readonly string[], name: string, property: string): number {
  return texts.reduce((sum, text) => {
    const group = groupsIn(text).get(name);
    return sum + Number(group === undefined ? 0 : writtenIn(group, property));
  }, 0);
}

function table(texts: readonly string[], name: string, property: string): number[][] {
  return texts.flatMap((text) => {
    const group = groupsIn(text).get(name);
    const rows = group === undefined ? undefined : propertyOf(group, property);
    return rows?.children.map(({ children }) => children.map((cell) => Number(cell.text))) ?? [];
  });
}

describe('the parts of a script', () => {
  it('have all users of each group, and all of the rate', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (a, b, buyers) => {
          const texts = parts(SHOP, regionsOf(a, b), {}, { buyers: String(buyers) });
          expect(total(texts, 'Visitors & friends', 'ThreadGroup.num_threads')).toBe(10);
          expect(total(texts, 'Buyers', 'ThreadGroup.num_threads')).toBe(buyers);
          const rates = texts.flatMap((text) => {
            const isOn = groupsIn(text).has('Visitors & friends');
            return isOn ? [Number(/<value>(.*?)<\/value>/.exec(text)?.[1])] : [];
          });
          expect(rates.reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(1200, 6);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('differ in nothing else', () => {
    const [first = '', second = ''] = parts(SHOP, regionsOf(2));
    const different = (text: string) =>
      text
        .split('\n')
        .filter((line, i) => line !== SHOP.split('\n')[i])
        .map((line) => line.trim());
    expect(different(first)).toEqual([
      '<stringProp name="ThreadGroup.num_threads">5</stringProp>',
      '<value>600</value>',
      '<stringProp name="ThreadGroup.num_threads">3</stringProp>',
    ]);
    expect(different(second).at(-1)).toBe('<stringProp name="ThreadGroup.num_threads">2</stringProp>');
    const crlf = SHOP.replaceAll('\n', '\r\n');
    expect(parts(crlf, regionsOf(2))).toEqual([first.replaceAll('\n', '\r\n'), second.replaceAll('\n', '\r\n')]);
  });

  it('are the script itself for a task that is alone', () => {
    expect(parts(SHOP, regionsOf(1))).toEqual([SHOP]);
  });

  it('switch off the groups of which a task has nothing', () => {
    const texts = parts(SHOP, regionsOf(12), {}, { buyers: '2' });
    expect(texts.filter((text) => groupsIn(text).has('Buyers'))).toHaveLength(2);
    expect(texts.filter((text) => groupsIn(text).has('Visitors & friends'))).toHaveLength(10);
  });

  it('have their part of every kind of group', () => {
    const texts = parts(KINDS, regionsOf(2, 1));
    expect(total(texts, 'level', 'TargetLevel')).toBe(12);
    expect(total(texts, 'arrivals', 'TargetLevel')).toBe(50);
    expect(table(texts, 'peaks', 'ultimatethreadgroupdata').reduce((sum, [users = 0]) => sum + users, 0)).toBe(11);
    // Ten at once, then five every 35 s, of whom five leave each second after 60 s.
    const stairs = table(texts, 'stairs', 'ultimatethreadgroupdata');
    const usersAt = (seconds: number) =>
      stairs.reduce(
        (sum, [users = 0, delay = 0, startup = 0, hold = 0]) =>
          sum + (delay + startup <= seconds && seconds < delay + startup + hold ? users : 0),
        0,
      );
    expect([2, 9, 37, 44, 80, 137].map(usersAt)).toEqual([0, 10, 10, 15, 20, 20]);
    expect([138, 139, 140, 141].map(usersAt)).toEqual([15, 10, 5, 0]);
    const free = table(texts, 'free', 'Schedule');
    expect(free.reduce((sum, [, to = 0]) => sum + to, 0)).toBeCloseTo(10, 9);
    expect(free.map((row) => row[2])).toEqual([60, 60, 60]);
    const open = texts.map((text) => /rate\(([\d.]+)\/sec\)/.exec(text)?.[1]);
    expect(open.reduce((sum, rate) => sum + Number(rate), 0)).toBeCloseTo(30, 9);
    const shaped = texts.map((text) => Number(/<stringProp name="48625">(.*?)</.exec(text)?.[1]));
    expect(shaped.reduce((sum, rate) => sum + rate, 0)).toBe(100);
    expect(shaped.every(Number.isInteger)).toBe(true);
    for (const text of texts) expect(text).toContain('<intProp name="ThreadGroup.num_threads">1</intProp>');
  });
});

describe('a load of the scenario', () => {
  it('is dealt to the groups as the script weighs them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 100 }), (tasks, concurrency) => {
        const texts = parts(SHOP, regionsOf(tasks), { load: { concurrency, holdForSeconds: 5 } }, {});
        const visitors = total(texts, 'Visitors & friends', 'ThreadGroup.num_threads');
        const buyers = total(texts, 'Buyers', 'ThreadGroup.num_threads');
        expect(visitors + buyers).toBe(concurrency);
        expect(Math.abs(visitors - (concurrency * 2) / 3)).toBeLessThan(1);
      }),
      { numRuns: 8 },
    );
  });

  it('makes thread groups of all kinds, as Taurus would', () => {
    const [text = ''] = parts(KINDS, regionsOf(1), { load: { concurrency: 36, holdForSeconds: 5 } });
    const groups = groupsIn(text);
    expect(
      [...groups.values()].filter(({ name }) => name === 'ThreadGroup').map(({ attributes }) => attributes.testname),
    ).toEqual(['peaks', 'arrivals', 'free', 'open']);
    expect(
      [...groups.values()].map((group) =>
        Number(writtenIn(group, 'ThreadGroup.num_threads') ?? writtenIn(group, 'TargetLevel')),
      ),
    ).toEqual([20, 1, 12, 1, 1, 1]);
  });

  it('limits requests by a timer of its own, to fractions of a request', () => {
    const texts = parts(SHOP, regionsOf(2), { load: { throughput: 5, rampUpSeconds: 10, holdForSeconds: 20 } });
    const perMinute = texts.map((text) =>
      Number(/<hashTree><ConstantThroughputTimer [\s\S]*?<value>(.*?)</.exec(text)?.[1]),
    );
    expect(perMinute[0]! + perMinute[1]!).toBeCloseTo(300, 9);
    expect(texts[0]).toContain('<intProp name="calcMode">3</intProp>');
  });
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are variables of JMeter.
it('shares among several tasks only what can be counted', () => {
  const text = SHOP.replace('>${BUYERS}<', '>${__Random(1,5)}<');
  expect(inspectJmx('s', text, {}).indivisible).toMatchObject([
    { always: false, message: expect.stringContaining('"Buyers"') },
  ]);
  expect(parts(text, regionsOf(1))).toEqual([text]);
  expect(() => parts(text, regionsOf(2))).toThrow(/cannot share "Buyers"/);
  const paced = SHOP.replace('<value>1200.0</value>', '<value>${rate}</value>');
  expect(inspectJmx('s', paced, {}).indivisible).toMatchObject([
    { always: true, message: expect.stringContaining('"pace"') },
  ]);
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: they are variables of JMeter.
