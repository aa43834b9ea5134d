/** What a run looked like from outside, without what differs from run to run: the form of recorded goldens. */
import { digestFields } from './answers.ts';
import { type CorpusFile, type Ports, withoutAddresses } from './corpus-file.ts';
import type { ReceivedRequest } from './recording-server.ts';

export interface ObservedRequest {
  method: string;
  /** Path and query as sent. */
  target: string;
  isSecure: boolean;
  /** Common name of the client's certificate, where it showed one. */
  client?: string;
  connection: number;
  /** Names in lower case, sorted; only those that matter. */
  headers: Record<string, string>;
  /** Text; `base64:` before bytes that are none. Empty: none. */
  body: string;
}

export interface ObservedLabel {
  label: string;
  samples: number;
  failures: number;
  /** Samples by status code; `none` without one. */
  codes: Record<string, number>;
}

export interface Observed {
  requests: ObservedRequest[];
  /** Sorted by label. */
  labels: ObservedLabel[];
}

export interface Sample {
  label: string;
  code: string;
  success: boolean;
}

/** Names and defaults of the clients themselves. */
const ownUserAgents = /^(Apache-HttpClient|loadstar)\//;

/** `requests` as they came, in the form that is compared. */
export function observedRequests(
  requests: readonly ReceivedRequest[],
  ports: Ports,
  file: Pick<CorpusFile, 'order' | 'shapes'>,
): ObservedRequest[] {
  const observed = requests.map((request) => {
    const boundary = boundaryOf(request);
    const steady = (text: string): string => {
      let result = withoutAddresses(text, ports);
      if (boundary !== null) result = result.replaceAll(boundary, 'BOUNDARY');
      for (const [name, pattern] of Object.entries(file.shapes)) {
        result = result.replaceAll(new RegExp(pattern, 'g'), `<${name}>`);
      }
      return result;
    };
    return {
      method: request.method,
      target: steady(request.target),
      isSecure: request.isSecure,
      ...(request.client === null ? {} : { client: request.client }),
      connection: file.order === 'same' ? request.connection : 0,
      headers: headersOf(request, steady),
      body: textOf(request.body, steady),
    };
  });
  if (file.order === 'same') return observed;
  const sorted = observed.toSorted((a, b) => compareTexts(keyOf(a), keyOf(b)));
  return file.order === 'any'
    ? sorted
    : sorted.filter((request, i) => i === 0 || keyOf(request) !== keyOf(sorted[i - 1]!));
}

function headersOf(request: ReceivedRequest, steady: (text: string) => string): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [rawName, rawValue] of request.headers) {
    const name = rawName.toLowerCase();
    const value = name === 'authorization' ? steadyAuthorization(rawValue) : steady(rawValue);
    if (name === 'user-agent' && ownUserAgents.test(value)) continue;
    // HTTP/1.1 says so anyway, and a length the body shows.
    if (name === 'connection' && value.toLowerCase() === 'keep-alive') continue;
    if (name === 'content-length' && request.body.length > 0) continue;
    const known = headers.get(name);
    headers.set(name, known === undefined ? value : `${known} | ${value}`);
  }
  return Object.fromEntries([...headers].sort(([a], [b]) => compareTexts(a, b)));
}

/** A digest's fields in one order, without those that are made anew; that they are right the server has checked. */
function steadyAuthorization(value: string): string {
  if (!value.startsWith('Digest ')) return value;
  const fields = Object.entries({ ...digestFields(value), cnonce: 'CNONCE', response: 'RESPONSE' });
  return `Digest ${fields
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([name, field]) => `${name}=${field}`)
    .join(', ')}`;
}

function boundaryOf({ headers }: ReceivedRequest): string | null {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return /boundary="?([^";]+)/.exec(type)?.[1] ?? null;
}

function textOf(body: Buffer, steady: (text: string) => string): string {
  const text = body.toString('utf8');
  return Buffer.from(text).equals(body)
    ? steady(text)
    : `base64:${Buffer.from(steady(body.toString('latin1')), 'latin1').toString('base64')}`;
}

/** Samples counted by label; as ones where their number depends on the time. */
export function observedLabels(
  samples: readonly Sample[],
  ports: Ports,
  { order }: Pick<CorpusFile, 'order'>,
): ObservedLabel[] {
  const labels = new Map<string, ObservedLabel>();
  for (const sample of samples) {
    const label = withoutAddresses(sample.label, ports);
    const counts = labels.get(label) ?? { label, samples: 0, failures: 0, codes: {} };
    labels.set(label, counts);
    const more = (count: number): number => (order === 'distinct' ? 1 : count + 1);
    counts.samples = more(counts.samples);
    if (!sample.success) counts.failures = more(counts.failures);
    counts.codes[sample.code] = more(counts.codes[sample.code] ?? 0);
  }
  return [...labels.values()].sort((a, b) => compareTexts(a.label, b.label));
}

/** Every difference as a line: `request 2: target is /a?x=1, was /a?x=%31`. Empty when there is none. */
export function differencesBetween(golden: Observed, ours: Observed): string[] {
  const differences: string[] = [];
  const compare = (what: string, expected: unknown, actual: unknown): void => {
    const [before, now] = [show(expected), show(actual)];
    if (before !== now) differences.push(`${what} is ${now}, Taurus: ${before}`);
  };
  compare('number of requests', golden.requests.length, ours.requests.length);
  for (let i = 0; i < Math.max(golden.requests.length, ours.requests.length); i++) {
    const [expected, actual] = [golden.requests[i], ours.requests[i]];
    const what = `request ${i + 1}`;
    if (expected === undefined || actual === undefined) {
      compare(what, expected && `${expected.method} ${expected.target}`, actual && `${actual.method} ${actual.target}`);
      continue;
    }
    compare(`${what}: method`, expected.method, actual.method);
    compare(`${what}: target`, expected.target, actual.target);
    compare(`${what}: TLS`, expected.isSecure, actual.isSecure);
    compare(`${what}: client certificate`, expected.client, actual.client);
    compare(`${what}: connection`, expected.connection, actual.connection);
    for (const name of new Set([...Object.keys(expected.headers), ...Object.keys(actual.headers)])) {
      compare(`${what}: header ${name}`, expected.headers[name], actual.headers[name]);
    }
    compare(`${what}: body`, expected.body, actual.body);
  }
  const labels = new Set([...golden.labels, ...ours.labels].map(({ label }) => label));
  for (const label of labels) {
    const of = ({ labels }: Observed): ObservedLabel | undefined => labels.find((each) => each.label === label);
    const [expected, actual] = [of(golden), of(ours)];
    compare(`label ${label}: samples`, expected?.samples, actual?.samples);
    if (expected === undefined || actual === undefined) continue;
    compare(`label ${label}: failures`, expected.failures, actual.failures);
    compare(`label ${label}: codes`, expected.codes, actual.codes);
  }
  return differences;
}

function show(value: unknown): string {
  return value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}

function keyOf({ method, target, headers, body }: ObservedRequest): string {
  return JSON.stringify([method, target, headers, body]);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
