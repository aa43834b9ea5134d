import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { label, type Sample, sample, statisticsOf } from '../statistics/fixtures/samples.ts';
import { Statistics } from '../statistics/statistics.ts';
import { readTaurusXml, type TaurusGroup, writeTaurusXml } from './taurus-xml.ts';
import { encodeXmlText } from './xml-text.ts';

const refused = expect.objectContaining({ code: 'run_folder_invalid' });

/** Written by the final-stats reporter of bzt 1.17.2 from made-up samples of two labels. */
const ofTaurus = readFileSync(new URL('fixtures/bzt-final-stats.xml', import.meta.url), 'utf8');

function xmlOf(labels: ReadonlyMap<string, readonly Sample[]>, durationSeconds = 8): string {
  const statistics = new Map([...labels].map(([name, samples]) => [name, statisticsOf(samples)]));
  return writeTaurusXml({ durationSeconds, labels: statistics, total: statisticsOf([...labels.values()].flat()) });
}

/** What XML keeps of a label. */
function expressible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones meant
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
}

/** Five digits, as the file has them. */
function rounded(seconds: number): number {
  return Number(seconds.toFixed(5));
}

function expectGroup(group: TaurusGroup, statistics: Statistics): void {
  const times = statistics.responseTime ?? statistics.serviceTime;
  expect(group.samples).toBe(statistics.requests);
  expect(group.successes + group.failures).toBe(statistics.requests);
  expect(group.failures).toBe(statistics.failures);
  expect(group.concurrency).toBe(statistics.concurrencyMax);
  expect(group.bytes).toBe(statistics.bytesReceived);
  expect(group.codes).toEqual(Object.fromEntries(statistics.codes));
  expect(group.averageResponseTimeSeconds).toBe(rounded(times.meanUs() / 1e6));
  expect(group.stdevResponseTimeSeconds).toBe(rounded(times.stdevUs() / 1e6));
  const { requests, timeToFirstByte, resolve, connect, tls } = statistics;
  const openingUs = [resolve, connect, tls].reduce((sum, times) => sum + (times?.sumUs ?? 0), 0);
  expect(group.averageLatencySeconds).toBe(rounded(timeToFirstByte.sumUs / Math.max(requests, 1) / 1e6));
  expect(group.averageConnectSeconds).toBe(rounded(openingUs / Math.max(requests, 1) / 1e6));
  expect(Object.keys(group.percentilesSeconds)).toEqual(['0.0', '50.0', '90.0', '95.0', '99.0', '99.9', '100.0']);
  expect(group.percentilesSeconds['0.0']).toBe(rounded(times.count === 0 ? 0 : times.minUs / 1e6));
  expect(group.percentilesSeconds['99.9']).toBe(rounded(times.percentileUs(99.9) / 1e6));
  expect(group.percentilesSeconds['100.0']).toBe(rounded(times.maxUs / 1e6));
}

describe('final-stats XML', () => {
  it('comes back, for any label', () => {
    const made = fc.uniqueArray(fc.tuple(label, fc.array(sample, { maxLength: 6 })), {
      maxLength: 4,
      selector: ([name]) => expressible(name),
    });
    fc.assert(
      fc.property(made, (entries) => {
        const labels = new Map(entries);
        const read = readTaurusXml(xmlOf(labels, 20.125));
        expect(read.durationSeconds).toBe(20.125);
        expectGroup(read.total, statisticsOf(entries.flatMap(([, samples]) => samples)));
        expect(read.labels.map((group) => group.label)).toEqual([...labels.keys()].sort().map(expressible));
        for (const [i, name] of [...labels.keys()].sort().entries()) {
          expectGroup(read.labels[i]!, statisticsOf(labels.get(name)!));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has the elements of Taurus, in its order and with its formats', () => {
    const samples = fc.sample(sample, { numRuns: 30, seed: 3 }).map((one, i) => ({ ...one, code: i % 10 ? 200 : 503 }));
    const ours = xmlOf(new Map([['home', samples]]));
    // Names with their params, and values with every digit as 9: what the two have in common but for the numbers.
    const shape = (xml: string) =>
      [
        ...xml
          .slice(xml.indexOf('<Group'))
          .matchAll(/<(\w+) value="([\d.]+)"(?: param="([\d.]+)")?>\s*<name>([^<]+)<\/name>\s*<value>([^<]+)</g),
      ]
        .slice(0, 18)
        .map(([, name, value, param, title, again]) => ({
          name,
          value: value!.replace(/^\d+/, '9').replace(/\.\d+$/, (digits) => `.${'9'.repeat(digits.length - 1)}`),
          param: name === 'rc' ? 'code' : param,
          titled: title === (param === undefined ? name : `${name}/${param}`),
          repeated: again === value,
        }));
    expect(shape(ours)).toEqual(shape(ofTaurus));
    expect(ours.split('\n').slice(0, 3)).toEqual(ofTaurus.split('\n').slice(0, 3));
    expect(ours.lastIndexOf('<Group label="">')).toBe(ours.lastIndexOf('<Group'));
  });

  it('is read when Taurus wrote it', () => {
    const { durationSeconds, labels, total } = readTaurusXml(ofTaurus);
    expect(durationSeconds).toBe(8);
    expect(labels.map((group) => group.label)).toEqual(['home', 'search & <find> "it"\ttab']);
    expect(total).toMatchObject({ label: '', samples: 100, failures: 10, bytes: 10_000, codes: { 200: 90, 503: 10 } });
    expect(total.percentilesSeconds['99.9']).toBeGreaterThan(0.09);
  });

  it('keeps labels apart that XML cannot tell apart', () => {
    const twins = new Map(['a\u0001', 'a\u0002', 'a\ufffd', ''].map((name) => [name, []]));
    const read = readTaurusXml(xmlOf(twins));
    expect(new Set(read.labels.map((group) => group.label)).size).toBe(4);
  });

  it('has numbers even when nothing was measured', () => {
    const { total } = readTaurusXml(xmlOf(new Map(), 0));
    expectGroup(total, new Statistics());
  });

  const good = xmlOf(new Map([['home', fc.sample(sample, { numRuns: 3, seed: 1 })]]));

  it('is refused when it is something else, or damaged', () => {
    const wrong = {
      'empty text': '',
      'no XML': 'nothing',
      'another root': '<Other/>',
      'cut off': good.slice(0, good.length / 2),
      'no total': good.replace('label=""', 'label="x"'),
      'a label twice': good.replace('label="home"', 'label=""'),
      'a value that is no number': good.replace(/<succ value="\d+"/, '<succ value="many"'),
      'a negative value': good.replace(/<succ value="\d+"/, '<succ value="-1"'),
      'a missing element': good.replace(/<fail .*<\/fail>/, ''),
      'an element twice': good.replace(/(<fail .*<\/fail>)/, '$1$1'),
      'a code without param': good.replace(/ param="\d+"/, ''),
      'a group without label': good.replace(' label="home"', ''),
      'text instead of elements': '<FinalStatus><Group>text</Group></FinalStatus>',
      'two documents': good + good.slice(good.indexOf('<FinalStatus')),
    };
    for (const [what, text] of Object.entries(wrong)) {
      expect(() => readTaurusXml(text), what).toThrow(refused);
    }
  });

  it('never expands entities, and takes no document type', () => {
    const bomb = good.replace('<FinalStatus>', '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><FinalStatus>');
    expect(() => readTaurusXml(bomb)).toThrow(refused);
    const named = readTaurusXml(good.replace('label="home"', 'label="&unknown;&#65;&#x42;&amp;lt;"'));
    expect(named.labels[0]?.label).toBe('&unknown;AB&lt;');
  });

  it('is refused when it is too large, too deep or has too many groups', () => {
    expect(() => readTaurusXml(good.replace('</FinalStatus>', `${' '.repeat(2 ** 24)}</FinalStatus>`))).toThrow(
      /too large/,
    );
    expect(() => readTaurusXml(good.replace('</FinalStatus>', `${'<a/>'.repeat(400_001)}</FinalStatus>`))).toThrow(
      /too large/,
    );
    expect(() => readTaurusXml(`<FinalStatus>${'<a>'.repeat(500)}${'</a>'.repeat(500)}</FinalStatus>`)).toThrow(
      refused,
    );
    const group = good.slice(good.indexOf('<Group'), good.indexOf('</Group>') + 8);
    const many = Array.from({ length: 600 }, (_, i) => group.replace('"home"', `"${i}"`)).join('');
    expect(() => readTaurusXml(good.replace('<Group', `${many}<Group`))).toThrow(/too many/);
  });
});

describe('encodeXmlText', () => {
  it('leaves nothing that could end an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(encodeXmlText(text)).not.toMatch(/[<>"'\n\r\t]|&(?!amp;|lt;|gt;|quot;|apos;|#\d+;)/);
      }),
    );
  });
});
