import { describe, expect, it } from 'vitest';
import { fixture } from '../fixtures/shares.ts';
import { inspectScript } from './inspect-script.ts';

const SHOP = fixture('shop.jmx');
const inspect = (text: string, properties = {}) => inspectScript('jmeter', 'shop.jmx', text, properties);

describe('a JMeter script', () => {
  it('says its load, its files and its plugins', () => {
    const { shape, dataFiles, plugins, problems, hasShape } = inspect(SHOP);
    expect(shape).toEqual({
      curve: null,
      unit: 'users',
      durationSeconds: null,
      usersMax: 15,
      parts: [
        'thread group Visitors & friends: 10 users, ramp-up 2 s, for 6 s',
        'thread group Buyers: 5 users, ramp-up 1 s, 4 iterations each',
      ],
    });
    expect({ dataFiles, plugins, problems, hasShape }).toEqual({
      dataFiles: ['users.csv'],
      plugins: [],
      problems: [],
      hasShape: true,
    });
    expect(inspect(SHOP, { buyers: '7' }).shape.usersMax).toBe(17);
  });

  it('is drawn when all of it is known', () => {
    const timed = SHOP.replace(/<ThreadGroup [^>]*testname="Buyers" enabled="true"/, (tag) =>
      tag.replace('enabled="true"', 'enabled="false"'),
    );
    expect(inspect(timed).shape).toMatchObject({
      curve: [
        { seconds: 2, from: 0, to: 10 },
        { seconds: 4, from: 10, to: 10 },
      ],
      durationSeconds: 6,
      usersMax: 10,
    });
  });

  it('may have groups of every kind', () => {
    const { shape, plugins } = inspect(fixture('groups.jmx'));
    expect(shape).toMatchObject({ usersMax: null, curve: null, durationSeconds: null });
    expect(shape.parts).toEqual([
      'thread group stairs: 20 users, after 3 s, 5 every 30 s, hold 60 s',
      'thread group peaks: 11 users in 2 rows',
      'thread group level: 12 users, ramp-up 60 s, 3 steps, hold 120 s',
      'thread group arrivals: 50 iterations /s, hold 30 s',
      'thread group free: iterations in 1 row',
      'thread group open: iterations by a schedule of its own',
      'set-up group prepare: 1 user, ramp-up 1 s, 1 iteration each, whole in every task',
    ]);
    expect(plugins).toEqual([
      'com.blazemeter.jmeter.threads.arrivals.ArrivalsThreadGroup',
      'com.blazemeter.jmeter.threads.arrivals.FreeFormArrivalsThreadGroup',
      'com.blazemeter.jmeter.threads.concurrency.ConcurrencyThreadGroup',
      'kg.apc.jmeter.threads.SteppingThreadGroup',
      'kg.apc.jmeter.threads.UltimateThreadGroup',
      'kg.apc.jmeter.timers.VariableThroughputTimer',
    ]);
  });
});

describe('what is no JMeter script', () => {
  const deep = `${'<hashTree>'.repeat(5_000)}${'</hashTree>'.repeat(5_000)}`;
  it.each([
    ['', /shop\.jmx:1: /],
    ['hello', /shop\.jmx:1: is not XML/],
    [SHOP.replace('</TestPlan>', ''), /shop\.jmx:\d+: is not XML: .*TestPlan/],
    [`${SHOP}<more/>`, /shop\.jmx:\d+: is not XML/],
    [SHOP.replaceAll('jmeterTestPlan', 'project'), /shop\.jmx:1: .*first element is not jmeterTestPlan/],
    ['<jmeterTestPlan/>', /shop\.jmx:1: /],
    ['<jmeterTestPlan><hashTree/></jmeterTestPlan>', /there is no test plan/],
    ['<jmeterTestPlan><hashTree><TestPlan/><hashTree/></hashTree></jmeterTestPlan>', /no thread group that is enabled/],
    [`<jmeterTestPlan>${deep}</jmeterTestPlan>`, /nested/i],
    [`<!DOCTYPE x [<!ENTITY a "${'a'.repeat(50)}">]><jmeterTestPlan/>`, /DOCTYPE/],
    [`<jmeterTestPlan>${'<a/>'.repeat(410_000)}</jmeterTestPlan>`, /more than 400000 tags/],
    [`<jmeterTestPlan>${'x'.repeat(6_000_000)}</jmeterTestPlan>`, /more than 5242880 bytes/],
  ])('is said with its line: case %#', (text, problem) => {
    const { problems } = inspect(text);
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([expect.stringMatching(problem)]);
  });

  it('costs little even when it is hostile', () => {
    for (const part of ['<a>', '<a b="', '&amp;', '<!--', '<![CDATA[', '<?x', '${__P(', '<a/>']) {
      const text = SHOP.replace('</TestPlan>', `${part.repeat(30_000 / part.length)}</TestPlan>`);
      expect(inspect(text)).toBeDefined();
    }
  });
});
