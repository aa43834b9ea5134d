import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Statistics } from '../../../core/statistics/statistics.ts';
import { ErrorExamples } from './error-examples.ts';
import { JtlReader } from './jtl-reader.ts';
import { K6Reader } from './k6-reader.ts';
import { SampleReading } from './sample-reading.ts';
import { SampleWindows } from './sample-windows.ts';

const GO_MS = 1_795_349_040_000.5;
const jtlHead =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,Latency,Hostname,Connect,"my, own"';
const jtl = [
  jtlHead,
  '1795349040100,56,"home, ""sweet""",200,OK,Buyers 1-1,true,,99,120,2,3,50,vm,12,x',
  '1795349040200,7,"home, ""sweet""",503,Service Unavailable,Buyers 1-2,false,,116,120,3,3,7,vm,0,"two',
  'lines"',
  '1795349041000,3,login,200,OK,Buyers 1-2,false,"Test failed: text expected to contain /a,b/",10,12,3,4,3,vm,0,',
  '1795349042500,20000,login,Non HTTP response code: java.net.SocketTimeoutException,Non HTTP response message: Read timed out,Buyers 1-3,false,,0,0,4,4,0,vm,0,',
  '1795349040100,110,checkout,,"Number of samples in transaction : 2, number of failing samples : 1",Buyers 1-1,false,,215,240,2,3,57,vm,12,',
  '',
].join('\n');

const k6Head =
  'metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata';
/** The rows of one request, as k6 writes them. */
function k6Request(atUs: number, name: string, status: number, error: string, values: number[]): string[] {
  const metrics = [
    'http_reqs',
    ...'duration,blocked,connecting,tls_handshaking,sending,waiting,receiving,failed'
      .split(',')
      .map((part) => `http_req_${part}`),
  ];
  const tags = `,${error},${error === '' ? '' : '1212'},${status > 0 && status < 400},,GET,"${name}",HTTP/1.1,default,,${status},,,u,,`;
  return metrics.map((metric, i) => `${metric},${atUs},${(i === 0 ? 1 : (values[i - 1] ?? 0)).toFixed(6)},${tags}`);
}
const goUs = GO_MS * 1_000;
const k6 = [
  k6Head,
  `vus,${goUs},2.000000,,,,,,,,,,,,,,,,`,
  ...k6Request(goUs + 700_250, 'a "b", c'.replaceAll('"', '""'), 200, '', [20.123456, 0.5, 0.25, 0, 0.1, 18, 2, 0]),
  ...k6Request(goUs + 1_000_000, '/x', 0, 'dial: connection refused', [0, 0, 0, 0, 0, 0, 0, 1]),
  `checks,${goUs + 1_000_100},0.000000,is ok,,,,,,,,default,,,,,,,`,
  `data_received,${goUs + 1_000_200},345.000000,,,,,,,,,default,,,,,,,`,
  ...k6Request(goUs + 1_200_000, '/x', 404, '', [5, 0, 0, 0, 0.2, 4, 0.8, 1]),
  '',
].join('\n');

/** What is read of `text` when it comes in pieces that end at `cuts`. */
function readInPieces(
  kind: 'jtl' | 'k6',
  text: string,
  cuts: readonly number[],
): { total: Record<string, unknown>; seconds: number[] } {
  const labels = new Map<string, Statistics>();
  const task = new Statistics();
  const seconds: number[] = [];
  const windows = new SampleWindows({
    mask: null,
    exampleOf: () => null,
    onWindow(window) {
      seconds.push([...window.labels.values()].reduce((sum, { requests }) => sum + requests, 0));
      task.addLater(window.task);
      for (const [label, statistics] of window.labels) {
        const sum = labels.get(label) ?? new Statistics();
        labels.set(label, sum);
        sum.addLater(statistics);
      }
    },
  });
  const source = { windows, source: 0, goAtMs: GO_MS };
  const reader = kind === 'jtl' ? new JtlReader(source) : new K6Reader(source);
  const bytes = Buffer.from(text);
  let taken = 0;
  for (const cut of [...cuts.filter((at) => at < bytes.length).sort((a, b) => a - b), bytes.length]) {
    const piece = Buffer.from(bytes.subarray(taken, cut));
    taken += reader.take(piece, piece.length);
  }
  expect(taken).toBe(bytes.length);
  windows.finish();
  const summary = [...labels].map(([label, s]) => [
    label,
    {
      requests: s.requests,
      failures: s.failures,
      times: [s.serviceTime.sumUs, s.timeToFirstByte.count, s.timeToFirstByte.sumUs, s.connect?.sumUs ?? 0],
      bytes: [s.bytesReceived, s.bytesSent],
      codes: Object.fromEntries(s.codes),
      errors: [...s.errors.keys()],
      users: s.concurrencyMax,
      lastEndedUs: s.lastEndedUs,
    },
  ]);
  return { total: { ...Object.fromEntries(summary), task: [task.bytesReceived, task.concurrencyMax] }, seconds };
}

describe('a file of samples', () => {
  it('of JMeter is read field by field', () => {
    const { seconds, total } = readInPieces('jtl', jtl, []);
    expect(total).toEqual({
      'home, "sweet"': {
        requests: 2,
        failures: 1,
        times: [63_000, 2, 57_000, 12_000],
        bytes: [215, 240],
        codes: { 200: 1, 503: 1 },
        errors: ['http\n503 Service Unavailable'],
        users: 3,
        lastEndedUs: 206_500,
      },
      login: {
        requests: 2,
        failures: 2,
        times: [20_003_000, 1, 3_000, 0],
        bytes: [10, 12],
        codes: { 200: 1 },
        errors: ['assertion\nTest failed: text expected to contain /a,b/', 'timeout\nRead timed out'],
        users: 4,
        lastEndedUs: 22_499_500,
      },
      checkout: {
        requests: 1,
        failures: 1,
        times: [110_000, 1, 57_000, 12_000],
        bytes: [215, 240],
        codes: {},
        errors: ['transaction\na request in it failed'],
        users: 3,
        lastEndedUs: 209_500,
      },
      task: [0, 4],
    });
    expect([seconds.length, seconds[0], seconds[1], seconds[22]]).toEqual([23, 3, 1, 1]);
  });

  it('of k6 is read request by request', () => {
    const { seconds, total } = readInPieces('k6', k6, []);
    expect(total).toEqual({
      'a "b", c': {
        requests: 1,
        failures: 0,
        times: [20_123, 1, 18_100, 250],
        bytes: [0, 0],
        codes: { 200: 1 },
        errors: [],
        users: 0,
        lastEndedUs: 700_250,
      },
      '/x': {
        requests: 2,
        failures: 2,
        times: [5_000, 1, 4_200, 0],
        bytes: [0, 0],
        codes: { 404: 1 },
        errors: ['connect-refused\ndial: connection refused', 'http\n404 Not Found'],
        users: 0,
        lastEndedUs: 1_200_000,
      },
      task: [345, 2],
    });
    expect(seconds).toEqual([1, 2]);
  });

  it.each([
    ['jtl', jtl],
    ['k6', k6],
  ] as const)('of %s is read the same in whatever pieces it comes', (kind, text) => {
    const whole = readInPieces(kind, text, []);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (cuts) => {
        expect(readInPieces(kind, text, cuts)).toEqual(whole);
      }),
    );
  });

  it('that is none of its kind is an error that shows what it begins with', () => {
    expect(() => readInPieces('jtl', 'a,b\n1,2\n', [])).toThrow(/no column timeStamp, elapsed.*"a,b"/);
    expect(() => readInPieces('jtl', `${jtlHead}\nsoon,1,x,200,OK,t,true,,1,1,1,1,1,vm,0,\n`, [])).toThrow(
      /no time: soon,1,x/,
    );
    expect(() => readInPieces('k6', 'metric_name,value\n', [])).toThrow(/k6's file of samples has no column timestamp/);
  });

  it('is read while it grows, and a row that is never finished is left out', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loadstar-samples-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'kpi.jtl');
    const seen: number[] = [];
    let nowMs = 0;
    const reading = new SampleReading({
      files: [{ format: 'jtl', samples: path, errors: null }],
      goAtMs: 0,
      goAtMonotonicMs: 0,
      monotonicMs: () => nowMs,
      mask: null,
      onWindow: ({ labels }) => seen.push(labels.get('a')?.requests ?? 0),
      onFailure: (error) => expect(error).toBeNull(),
    });
    reading.start();
    const row = (endMs: number) => `${endMs - 1},1,a,200,OK,t,true,,1,1,1,1,1,vm,0,\n`;
    writeFileSync(path, `${jtlHead}\n${row(100)}${row(1_700)}`);
    nowMs = 500;
    await expect.poll(() => reading.samples).toBe(2);
    expect(seen).toEqual([]);
    // Written late, when its second is still open.
    appendFileSync(path, row(2_500) + row(200));
    for (nowMs = 1_000; nowMs < 20_000 && seen.length < 2; nowMs += 100)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen.slice(0, 2)).toEqual([2, 1]);
    appendFileSync(path, row(2_900) + row(2_950).slice(0, 12));
    await reading.finish();
    expect(seen).toEqual([2, 1, 2]);
    expect(reading.cutBytes).toBe(12);
    expect(reading.lateSamples).toBe(0);
    expect(reading.firstStartsUs).toEqual([99_000]);
  });
});

describe('examples of errors', () => {
  const sample = (inside: string) =>
    `<httpSample t="1" s="false" lb="a &amp; b" rc="503" rm="Service Unavailable">${inside}<responseHeader class="java.lang.String">HTTP/1.1 503 Service Unavailable\nServer: x</responseHeader><responseData class="java.lang.String">sorry &lt;b&gt;</responseData><method>GET</method><java.net.URL>http://h/</java.net.URL></httpSample>`;
  const key = 'http\n503 Service Unavailable';

  it('have the address, the head and the body', () => {
    const examples = new ErrorExamples();
    const text = `<testResults>\n${sample(sample(''))}\n`;
    const bytes = Buffer.from(text);
    expect(examples.take(bytes, bytes.length)).toBeGreaterThan(text.length - 20);
    expect(examples.exampleOf('a & b', key)).toBe(
      'GET http://h/\nHTTP/1.1 503 Service Unavailable\nServer: x\nsorry <b>',
    );
    expect(examples.exampleOf('b', key)).toBeNull();
  });

  it('wait for the end of their element, but not for ever', () => {
    const examples = new ErrorExamples();
    const whole = Buffer.from(sample(''));
    const part = whole.subarray(0, whole.length - 5);
    expect(examples.take(part, part.length)).toBe(0);
    expect(examples.exampleOf('a & b', key)).toBeNull();
    const endless = Buffer.from(`${sample('').slice(0, -13)}${'x'.repeat(100_000)}`);
    expect(examples.take(endless, endless.length)).toBe(endless.length);
    expect(examples.exampleOf('a & b', key)).toContain('GET http://h/');
  });
});
