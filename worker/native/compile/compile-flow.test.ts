// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../../../core/errors.ts';
import { type Flow, httpSettingsDefault, tlsSettingsDefault } from '../../../core/scenario/scenario.ts';
import { Origins } from '../protocols/http1/origins.ts';
import type { Http1Request } from '../protocols/http1/request.ts';
import { LabelRecord } from '../recording/label-record.ts';
import { type StepChanges, stepOf } from '../testing/run-native.ts';
import { scopeOf } from '../testing/scope-of.ts';
import { compileFlow } from './compile-flow.ts';
import type { CompiledRequest } from './compile-request-step.ts';
import { openFlow } from './open-flow.ts';

async function compile(
  step: StepChanges,
  flow: Partial<Flow> = {},
  files: Record<string, Buffer> = {},
): Promise<CompiledRequest> {
  const readFile = async (path: string): Promise<Buffer> =>
    files[path] ?? Promise.reject(new LoadstarError('scenario_file_missing', path));
  const opened = await openFlow(
    {
      name: 'shop',
      defaultAddress: null,
      variables: {},
      properties: {},
      env: {},
      dataSources: [],
      http: httpSettingsDefault,
      tls: tlsSettingsDefault,
      ...flow,
      steps: [stepOf(step)],
    },
    { secrets: new Map(), readFile, rowsOf: () => ({ count: 0, row: (i) => i }) },
  );
  const { program } = await compileFlow(opened, {
    origins: new Origins(),
    userAgent: 'loadstar/1',
    recordOf: (label) => new LabelRecord(label),
    readFile,
  });
  const [first] = program.instructions.flatMap((each) => (each.op === 'request' ? [each.request] : []));
  if (first === undefined) throw new Error('a flow without requests');
  return first;
}

async function fixed(...args: Parameters<typeof compile>): Promise<Http1Request> {
  const request = (await compile(...args)).fixed;
  if (request === null) throw new Error('the request changes');
  return request;
}

const wireOf = async (...args: Parameters<typeof compile>): Promise<string> => {
  const request = await fixed(...args);
  const text = request.wire;
  expect(request.wireBytes).toBe(text.length);
  return text;
};

describe('the bytes of a request', () => {
  it('of a GET', async () => {
    expect(await wireOf({ url: 'http://shop.test/a?b=c' })).toBe(
      'GET /a?b=c HTTP/1.1\r\nConnection: keep-alive\r\nHost: shop.test\r\nUser-Agent: loadstar/1\r\n\r\n',
    );
  });

  it('of a POST with headers and a body in UTF-8', async () => {
    const wire = await wireOf({
      url: 'http://shop.test:8080/a',
      method: 'POST',
      headers: [
        ['X-B', '1'],
        ['user-agent', 'own'],
        ['X-A', '2'],
      ],
      body: { kind: 'text', text: 'tea for 5 €' },
    });
    expect(wire).toBe(
      `POST /a HTTP/1.1\r\nConnection: keep-alive\r\nX-B: 1\r\nuser-agent: own\r\nX-A: 2\r\nContent-Length: 13\r\nContent-Type: text/plain; charset=UTF-8\r\nHost: shop.test:8080\r\n\r\ntea for 5 ${Buffer.from('€').toString('latin1')}`,
    );
  });

  it.each([
    ['GET', undefined],
    ['HEAD', undefined],
    ['OPTIONS', undefined],
    ['DELETE', '0'],
    ['POST', '0'],
    ['PUT', '0'],
    ['PATCH', '0'],
  ] as const)('%s without a body has Content-Length %s', async (method, length) => {
    expect(/Content-Length: (\d+)/.exec(await wireOf({ url: 'http://shop.test/', method }))?.[1]).toBe(length);
  });

  it('with a Host and a Connection of its own', async () => {
    const step: StepChanges = {
      url: 'http://10.0.0.1/',
      headers: [
        ['X', 'y'],
        ['host', 'shop.test'],
        ['Connection', 'close'],
      ],
    };
    expect(await wireOf(step)).toBe(
      'GET / HTTP/1.1\r\nX: y\r\nhost: shop.test\r\nConnection: close\r\nUser-Agent: loadstar/1\r\n\r\n',
    );
    expect((await fixed(step)).keepAlive).toBe(false);
  });

  it('without keep-alive', async () => {
    expect(await wireOf({ url: 'http://shop.test/', keepAlive: false })).toContain('Connection: close\r\n');
  });

  it('with a header above ASCII: one byte a character', async () => {
    expect(await wireOf({ url: 'http://shop.test/', headers: [['X', 'caf\xe9']] })).toContain('X: caf\xe9\r\n');
  });

  it('with a large body from a file: as bytes', async () => {
    const file = Buffer.alloc(100_000, 0xfe);
    const request = await fixed(
      { url: 'http://shop.test/', method: 'PUT', body: { kind: 'file', path: 'a.bin' } },
      {},
      { 'a.bin': file },
    );
    expect(request.payload?.equals(file)).toBe(true);
    expect(request.wire.length + file.length).toBe(request.wireBytes);
  });

  it.each([
    ['http://shop.test', '/a', 'http://shop.test/a'],
    ['http://shop.test/', '/a', 'http://shop.test/a'],
    ['http://shop.test', 'a', 'http://shop.test/a'],
    ['http://shop.test', '?a=b', 'http://shop.test/?a=b'],
    ['http://shop.test/base', '/a', 'http://shop.test/base/a'],
    ['http://shop.test', 'https://other.test/a', 'https://other.test/a'],
    ['http://shop.test', '/a?to=https://other.test/', 'http://shop.test/a?to=https://other.test/'],
    ['http://${host}', '/${path}', 'http://shop.test/tea'],
  ])('default-address %s and url %s make %s', async (defaultAddress, url, expected) => {
    const request = await fixed({ url }, { defaultAddress, variables: { host: 'shop.test', path: 'tea' } });
    expect(request.url).toBe(expected);
  });

  it('fills in variables everywhere', async () => {
    const step = await compile(
      {
        url: 'http://shop.test/${x}',
        label: 'get ${x}',
        method: 'POST',
        headers: [['X', '${x}']],
        body: { kind: 'text', text: '${x}${x}' },
      },
      { variables: { x: 'tea' } },
    );
    expect(step.record?.label).toBe('get tea');
    expect(step.fixed?.wire).toMatch(
      /^POST \/tea HTTP[\s\S]*\r\nX: tea\r\n[\s\S]*Content-Length: 6\r\n[\s\S]*\r\n\r\nteatea$/,
    );
  });
});

describe('what is worked out before the load starts', () => {
  const extracts = (variable: string): StepChanges => ({
    url: 'http://shop.test/',
    extractors: [
      {
        kind: 'regexp',
        variable,
        regexp: '.',
        template: '$0$',
        subject: 'body',
        defaultValue: '',
        matchNo: 1,
        scope: 'main',
        fromVariable: null,
      },
    ],
  });
  const variables = { x: '1', x_1: '2', price: '$5', slash: 'a\\b' };

  it.each<[string, StepChanges, boolean]>([
    ['a variable that nobody sets', { url: 'http://shop.test/${x}' }, true],
    ['one that is not known', { url: 'http://shop.test/', headers: [['X', '${unknown}']] }, true],
    ['values that look like templates', { url: 'http://shop.test/', headers: [['X', '${price} ${slash}']] }, true],
    ['one that its own extractor sets', { ...extracts('x'), url: 'http://shop.test/${x}' }, false],
    ['one that an extractor sets with a number', { ...extracts('x'), headers: [['X', '${x_1}']] }, false],
    ['one that a function sets', { url: 'http://shop.test/${__Random(1,5,x)}', headers: [['X', '${x}']] }, false],
    ['a function', { url: 'http://shop.test/?t=${__time()}' }, false],
    ['whether the last request was a success', { url: 'http://shop.test/${JMeterThread.last_sample_ok}' }, false],
    [
      'a body that changes',
      { url: 'http://shop.test/', method: 'POST', body: { kind: 'text', text: '${__time()}' } },
      false,
    ],
    ['a query', { url: 'http://shop.test/', query: [['a', '${__UUID()}']] }, false],
    ['a name of a header', { url: 'http://shop.test/', headers: [['X-${__threadNum}', 'a']] }, false],
    ['a host', { url: 'http://${__P(host)}/' }, false],
  ])('%s', async (_, step, isFixed) => {
    const request = await compile(step, { variables });
    expect(request.fixed !== null).toBe(isFixed);
  });

  it('what changes is what would have been put together at once', async () => {
    const body = { kind: 'text' as const, text: '{"x": "${x} \u20ac"}' };
    const step: StepChanges = { url: 'http://shop.test:81/a b?x=${x}', method: 'POST', headers: [['X', '${x}']], body };
    const fixedWire = (await fixed(step, { variables })).wire;
    const changing = await compile({ ...step, extractors: extracts('x').extractors ?? [] }, { variables });
    expect(changing.fixed).toBeNull();
    expect(changing.make(scopeOf(variables))).toMatchObject({ wire: fixedWire });
  });

  it('files with parameters beside them', async () => {
    const step: StepChanges = {
      url: 'http://shop.test/',
      method: 'POST',
      body: {
        kind: 'multipart',
        parameters: [['n', '${x}']],
        files: [{ parameter: 'f', path: 'data/a.txt', mediaType: 'text/plain' }],
      },
    };
    const { wire } = await fixed(step, { variables }, { 'data/a.txt': Buffer.from('tea') });
    const [, boundary = ''] = /Content-Type: multipart\/form-data; boundary=([^;\s]+)/.exec(wire) ?? [];
    expect(wire).toContain(`--${boundary}\r\n`);
    expect(wire).toMatch(/name="n"[\s\S]*\r\n\r\n1\r\n[\s\S]*name="f"; filename="a.txt"[\s\S]*\r\n\r\ntea\r\n/);
  });
});

describe('what cannot be sent', () => {
  it.each<[string, StepChanges, string]>([
    [
      'a header that breaks its line',
      { url: 'http://shop.test/', headers: [['X', 'a\r\nY: b']] },
      'scenarios.shop.requests[0].headers.X',
    ],
    [
      'a character that would be cut to a line break',
      { url: 'http://shop.test/', headers: [['X', 'a\u010ab']] },
      'scenarios.shop.requests[0].headers.X',
    ],
    ['another scheme', { url: 'ftp://shop.test/' }, 'scenarios.shop.requests[0].url'],
    ['no host', { url: '/a' }, 'scenarios.shop.requests[0].url'],
    [
      'a pattern that is none',
      {
        url: 'http://shop.test/',
        assertions: [
          { kind: 'contains', contains: ['('], subject: 'body', regexp: true, not: false, assumeSuccess: false },
        ],
      },
      'scenarios.shop.requests[0].assert[0]',
    ],
  ])('%s', async (_, step, path) => {
    const error = await compile(step).catch((thrown: unknown) => thrown);
    if (!(error instanceof LoadstarError)) throw new Error('no LoadstarError was thrown');
    expect(error.code).toBe('scenario_invalid');
    expect(error.fields.map((field) => field.path)).toEqual([path]);
  });

  it('a file that is not there', async () => {
    const missing = compile({ url: 'http://shop.test/', method: 'POST', body: { kind: 'file', path: 'no.txt' } });
    await expect(missing).rejects.toMatchObject({ code: 'scenario_file_missing' });
  });
});
