/**
 * A task's result in the format of Taurus' final-stats report, whatever the engine: what other programs already read.
 *
 *     <FinalStatus>
 *       <TestDuration>20.0</TestDuration>
 *       <Group label="home">                                       one for each label, and last the one of all, with label=""
 *         <throughput value="1200"><name>throughput</name><value>1200</value></throughput>     number of requests, not a rate
 *         concurrency, succ, fail, avg_rt, stdev_rt, avg_lt, avg_ct, bytes     the same way; times are seconds
 *         <rc value="1200" param="200"><name>rc/200</name><value>1200</value></rc>             one for each response code
 *         <perc value="0.01500" param="50.0"><name>perc/50.0</name><value>0.01500</value></perc>
 *       </Group>
 *     </FinalStatus>
 *
 * `rt` is the response time (planned start to end), `lt` the time to the first byte, `ct` the time to connect (resolving, TCP and TLS); the
 * averages of the last two are over all requests, those without one count as 0.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { LoadstarError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Distribution } from '../statistics/distribution.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { decodeXmlText, encodeXmlText } from './xml-text.ts';

const percentileLevels = ['0.0', '50.0', '90.0', '95.0', '99.0', '99.9', '100.0'];

/** A file above either is not a result: 500 labels with 20 codes each have about 100,000 tags. */
const CHARACTERS_MAX = 16 * 1024 * 1024;
const TAGS_MAX = 400_000;

export interface TaurusGroup {
  /** Empty for the group of all. */
  label: string;
  /** Number of requests: Taurus' `throughput`. */
  samples: number;
  concurrency: number;
  successes: number;
  failures: number;
  averageResponseTimeSeconds: number;
  stdevResponseTimeSeconds: number;
  averageLatencySeconds: number;
  averageConnectSeconds: number;
  bytes: number;
  /** Count by response code. */
  codes: Record<string, number>;
  /** Seconds by level: `50.0`, `99.9`, ... */
  percentilesSeconds: Record<string, number>;
}

export interface TaurusFinalStatus {
  /** Null when the file does not say. */
  durationSeconds: number | null;
  total: TaurusGroup;
  /** Without the total. */
  labels: TaurusGroup[];
}

/** Labels in order of their code units, the total last. */
export function writeTaurusXml(input: {
  durationSeconds: number;
  labels: ReadonlyMap<string, Statistics>;
  total: Statistics;
}): string {
  const lines = ["<?xml version='1.0' encoding='UTF-8'?>", '<FinalStatus>'];
  lines.push(`  <TestDuration>${pythonFloat(Math.round(input.durationSeconds * 1000) / 1000)}</TestDuration>`);
  const taken = new Set(['']);
  for (const label of [...input.labels.keys()].sort()) {
    let written = encodeXmlText(label);
    // XML cannot express every character: labels that differ only in such ones must stay apart.
    while (taken.has(written)) written += '\ufffd';
    taken.add(written);
    pushGroup(lines, written, input.labels.get(label)!);
  }
  pushGroup(lines, '', input.total);
  lines.push('</FinalStatus>');
  return `${lines.join('\n')}\n`;
}

function pushGroup(lines: string[], encodedLabel: string, statistics: Statistics): void {
  const times = statistics.responseTime ?? statistics.serviceTime;
  const { requests } = statistics;
  const average = (distribution: Distribution) => (requests === 0 ? 0 : distribution.sumUs / requests / 1e6);
  const value = (name: string, text: string, param?: string) => {
    const attribute = param === undefined ? '' : ` param="${param}"`;
    const title = param === undefined ? name : `${name}/${param}`;
    lines.push(`    <${name} value="${text}"${attribute}><name>${title}</name><value>${text}</value></${name}>`);
  };
  lines.push(`  <Group label="${encodedLabel}">`);
  value('throughput', String(requests));
  value('concurrency', String(statistics.concurrencyMax));
  value('succ', String(requests - statistics.failures));
  value('fail', String(statistics.failures));
  value('avg_rt', average(times).toFixed(5));
  value('stdev_rt', (times.stdevUs() / 1e6).toFixed(5));
  value('avg_lt', average(statistics.timeToFirstByte).toFixed(5));
  value('avg_ct', (statistics.openingSumUs / Math.max(requests, 1) / 1e6).toFixed(5));
  value('bytes', String(statistics.bytesReceived));
  for (const [code, count] of [...statistics.codes].sort(([one], [other]) => one - other)) {
    value('rc', String(count), String(code));
  }
  for (const level of percentileLevels) {
    const us = level === '0.0' ? minimumUs(times) : times.percentileUs(Number(level));
    value('perc', (us / 1e6).toFixed(5), level);
  }
  lines.push('  </Group>');
}

function minimumUs(distribution: Distribution): number {
  return distribution.count === 0 ? 0 : distribution.minUs;
}

/** As Python prints a float: whole numbers with `.0`. */
function pythonFloat(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/**
 * Reads a final-stats report, of Taurus itself too. Strict: throws `run_folder_invalid` for what is not one, saying where. Nothing
 * external is fetched and no entities are expanded but XML's own five and character numbers.
 */
export function readTaurusXml(text: string): TaurusFinalStatus {
  if (text.length > CHARACTERS_MAX || countTags(text) > TAGS_MAX) throw invalid('it is too large');
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw invalid('it declares a document type');
  const wellFormed = XMLValidator.validate(text);
  if (wellFormed !== true) throw invalid(`${wellFormed.err.msg} (line ${wellFormed.err.line})`);
  const root = parse(text);
  if (!isElement(root)) throw invalid('FinalStatus is missing');
  const groups = elements(root, 'Group').map(readGroup);
  if (groups.length > limits.labelsMax + 2) throw invalid('it has too many groups');
  if (new Set(groups.map((group) => group.label)).size !== groups.length) throw invalid('it has a label twice');
  const total = groups.find((group) => group.label === '');
  if (total === undefined) throw invalid('the group of all labels, label="", is missing');
  return {
    durationSeconds: root.TestDuration === undefined ? null : readNumber(trimmed(root.TestDuration), 'TestDuration'),
    total,
    labels: groups.filter((group) => group !== total),
  };
}

function countTags(text: string): number {
  let tags = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) tags++;
  return tags;
}

function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() : value;
}

type Element = Record<string, unknown>;

function parse(text: string): unknown {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    processEntities: false,
    ignoreDeclaration: true,
    isArray: (name) => name === 'Group' || name === 'rc' || name === 'perc',
  });
  try {
    const document: unknown = parser.parse(text);
    return isElement(document) ? document.FinalStatus : undefined;
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function elements(parent: Element, name: string): Element[] {
  const found = parent[name] ?? [];
  if (!Array.isArray(found) || !found.every(isElement)) throw invalid(`${name} has another form than it should`);
  return found;
}

function readGroup(group: Element): TaurusGroup {
  const label = group['@label'];
  if (typeof label !== 'string') throw invalid('a Group has no label');
  const where = (name: string) => `${name} of label "${label}"`;
  const single = (name: string) => {
    const element = group[name];
    if (!isElement(element)) throw invalid(`${where(name)} is missing, or there more than once`);
    return readNumber(element['@value'], where(name));
  };
  const byParam = (name: string) => {
    const values = new Map<string, number>();
    for (const element of elements(group, name)) {
      const param = element['@param'];
      if (typeof param !== 'string') throw invalid(`${where(name)} has no param`);
      values.set(decodeXmlText(param), readNumber(element['@value'], where(`${name}/${param}`)));
    }
    return Object.fromEntries(values);
  };
  return {
    label: decodeXmlText(label),
    samples: single('throughput'),
    concurrency: single('concurrency'),
    successes: single('succ'),
    failures: single('fail'),
    averageResponseTimeSeconds: single('avg_rt'),
    stdevResponseTimeSeconds: single('stdev_rt'),
    averageLatencySeconds: single('avg_lt'),
    averageConnectSeconds: single('avg_ct'),
    bytes: single('bytes'),
    codes: byParam('rc'),
    percentilesSeconds: byParam('perc'),
  };
}

function readNumber(value: unknown, where: string): number {
  if (typeof value !== 'string' || !/^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value)) {
    throw invalid(`${where} is not a number`);
  }
  return Number(value);
}

function invalid(what: string): LoadstarError {
  return new LoadstarError('run_folder_invalid', `The final-stats XML cannot be read: ${what}.`);
}
