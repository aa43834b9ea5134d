// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of scenarios.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Trial, type TrialStep, trialSchema } from '../../core/api/trials.ts';
import { limits } from '../../core/limits.ts';
import { response, type ScriptedServer } from '../native/testing/scripted-server.ts';
import { serve } from '../native/testing/serve-scripted.ts';
import { orderOf, tryDocument } from './testing/try-document.ts';
import { runTrialProgram } from './trial-program.ts';

/** A document of one flow: lines of YAML below `shop`, which has this address. */
const document = (server: Pick<ScriptedServer, 'url'>, lines: string): string =>
  `execution: [{concurrency: 5, hold-for: 1h, scenario: shop}]
scenarios:
  shop:
    default-address: ${server.url}
${lines.replace(/^/gm, '    ')}
`;

const stepsOf = (trial: Trial): TrialStep[] => {
  expect(trialSchema.parse(trial)).toEqual(trial);
  return trial.flows.flatMap(({ steps }) => steps);
};

describe('a step', () => {
  it('is shown with its request, its response, what was asked of it and what was taken from it', async () => {
    const server = await serve(() => response('{"id": "a-1"}', { headers: 'X-Shop: Café\r\n' }));
    const trial = await tryDocument(
      document(
        server,
        `requests:
- url: /orders?of=ä
  label: order
  method: POST
  body: '{"much": "für \${n}"}'
  extract-jsonpath: {id: $.id, no: {jsonpath: $.no, default: none}}
  extract-regexp: {never: 'nothing(.)'}
  assert: ['a-1', {contains: ['b-2'], subject: body}]
  assert-jsonpath: [{jsonpath: $.id, expected-value: a-1, validate: true}]
- /orders/\${id}
variables: {n: two}`,
      ),
    );
    const [order, next] = stepsOf(trial);
    expect(order).toMatchObject({
      label: 'order',
      method: 'POST',
      status: 200,
      failure: { type: 'assertion' },
      isFromCache: false,
      subSteps: [],
      requestBody: { text: '{"much": "für two"}', isCut: false, sizeBytes: 20 },
      responseBody: { text: '{"id": "a-1"}', isCut: false, sizeBytes: 13 },
    });
    expect(order?.url).toBe(`${server.url}/orders?of=%C3%A4`);
    expect(order?.requestHead).toMatch(/^POST \/orders\?of=%C3%A4 HTTP\/1\.1\nConnection: keep-alive\n/);
    expect(order?.responseHead).toBe('HTTP/1.1 200 Reason\nX-Shop: Café\nContent-Length: 13');
    expect(order?.assertions.map(({ passed }) => passed)).toEqual([true, false, true]);
    expect(order?.assertions[1]).toEqual({
      what: 'body matches /b-2/',
      passed: false,
      message: 'the body does not match /b-2/',
    });
    expect(Object.fromEntries(order?.variables.map(({ name, value }) => [name, value]) ?? [])).toMatchObject({
      id: 'a-1',
      no: 'none',
    });
    expect(order?.timings.connectMs).not.toBeNull();
    expect([next?.url, next?.timings.connectMs]).toEqual([`${server.url}/orders/a-1`, null]);
    expect(trial.problems).toEqual([]);
  });

  it('that is redirected shows where from, and what asked for credentials', async () => {
    const server = await serve(({ path, headers }) => {
      if (path === '/a') return response('', { code: 302, headers: 'Location: /b\r\n' });
      const isKnown = headers.authorization?.startsWith('Digest') === true;
      return isKnown
        ? response('in')
        : response('', { code: 401, headers: 'WWW-Authenticate: Digest realm="r", nonce="n"\r\n' });
    });
    const trial = await tryDocument(
      document(server, `authorization: [{url: ${server.url}, name: ada, password: tea-time}]\nrequests: [/a]`),
    );
    const [step] = stepsOf(trial);
    expect(step).toMatchObject({ url: `${server.url}/b`, status: 200, failure: null, responseBody: { text: 'in' } });
    expect(step?.subSteps.map(({ kind, url, status }) => [kind, url, status])).toEqual([
      ['redirect', `${server.url}/a`, 302],
      ['challenge', `${server.url}/b`, 401],
    ]);
    // What was sent is not what is shown.
    expect(server.requests.map(({ headers }) => headers.authorization?.split(' ')[0])).toEqual([
      'Basic',
      'Basic',
      'Digest',
    ]);
    expect(step?.requestHead).toContain('Authorization: Digest ***\n');
    expect(step?.subSteps[0]?.requestHead).toContain('Authorization: Basic ***\n');
    expect(JSON.stringify(trial)).not.toContain(Buffer.from('ada:tea-time').toString('base64'));
  });

  it('that is a page shows what the page embeds, also what fails', async () => {
    const html = { headers: 'Content-Type: text/html\r\n' };
    const server = await serve(({ path }) =>
      path === '/'
        ? response('<img src="/a.png"><img src="http://127.0.0.1:1/b.png">', html)
        : response('\x89PNG\0\x01'),
    );
    const [step] = stepsOf(await tryDocument(document(server, 'retrieve-resources: true\nrequests: [/]')));
    expect(step?.failure).toMatchObject({ type: 'resource' });
    const shown = step?.subSteps.map(({ kind, url, status, failure }) => [kind, url, status, failure?.type ?? null]);
    expect(shown?.sort()).toEqual([
      ['resource', 'http://127.0.0.1:1/b.png', null, 'connect-refused'],
      ['resource', `${server.url}/a.png`, 200, null],
    ]);
    const image = step?.subSteps.find(({ url }) => url.endsWith('/a.png'));
    expect(image?.responseBody).toEqual({ sizeBytes: 7, text: null, isCut: false, problem: null });
  });

  it('shows bodies decoded, and only their beginning', async () => {
    const long = 'ä'.repeat(limits.trialBodyCharactersMax + 1);
    const server = await serve(({ path }) => {
      if (path === '/long') return response(long);
      const bytes = path === '/broken' ? Buffer.from('no gzip') : gzipSync('squeezed');
      const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bytes.length}\r\n\r\n`;
      return Buffer.concat([Buffer.from(head), bytes]);
    });
    const steps = stepsOf(await tryDocument(document(server, 'requests: [/long, /gzip, /broken]')));
    expect(steps[0]?.responseBody).toMatchObject({ isCut: true, sizeBytes: 2 * long.length });
    expect(steps[0]?.responseBody?.text).toHaveLength(limits.trialBodyCharactersMax);
    expect(steps[1]?.responseBody).toMatchObject({ isCut: false, text: 'squeezed' });
    expect(steps[2]?.responseBody).toMatchObject({ text: null, problem: expect.stringContaining('gzip') });
  });

  it('shows none of a secret, wherever it turns up', async () => {
    const cut = `${'x'.repeat(limits.trialBodyCharactersMax - 5)}correct horse`;
    const server = await serve(({ path, text }) => response(path === '/cut' ? cut : text));
    const lines =
      "requests: [{url: '/?key=${secrets.KEY}', extract-regexp: {key: 'X-Key: (.+)'}, headers: {X-Key: '${secrets.KEY}'}}, /cut]";
    const input = new PassThrough();
    const order = orderOf(document(server, lines), { KEY: 'correct horse' });
    input.write(`${JSON.stringify({ kind: 'order', order })}\n${JSON.stringify({ kind: 'begin' })}\n`);
    let told = '';
    const code = await runTrialProgram(input, (line) => {
      told += line;
    });
    expect([code, server.requests[0]?.headers['x-key']]).toEqual([0, 'correct horse']);
    expect(told).toContain('[redacted]');
    // Not a part of it either, at the end of what is shown.
    expect(told).not.toMatch(/corre/);
  });
});

describe('a target', () => {
  it.each([
    ['that is down', 'http://127.0.0.1:1/', 'connect-refused'],
    ['that is no name', 'http://nowhere.invalid/', 'dns'],
    ['that may be none', 'http://169.254.169.254/latest/', 'target-refused'],
  ])('%s is told in its step, and the next one goes on', async (_what, url, type) => {
    const server = await serve(() => response('ok'));
    const steps = stepsOf(await tryDocument(document(server, `requests: [${url}, /]`)));
    expect(steps[0]).toMatchObject({ url, status: null, requestHead: null, responseHead: null, failure: { type } });
    expect(steps[1]).toMatchObject({ status: 200, failure: null });
  });

  it('with which no TLS can be spoken, or whose certificate is not trusted, is told in its step', async () => {
    const file = (name: string) => readFileSync(join(import.meta.dirname, '../native/testing/certificate', name));
    const secure = await serve(() => response('ok'), { tls: { key: file('key.pem'), cert: file('cert.pem') } });
    const plain = await serve(() => null, { onConnection: (socket) => void socket.write('HTTP/1.1 400 No\r\n\r\n') });
    const verified = (url: string) => `${document({ url }, 'requests: [/]')}loadstar: {tls: {verify: true}}\n`;
    const failures = [];
    for (const url of [secure.url, plain.url.replace('http', 'https')]) {
      const [step] = stepsOf(await tryDocument(verified(url)));
      expect(step).toMatchObject({ status: null, requestHead: null, failure: { type: 'tls' } });
      failures.push(step?.failure?.message);
    }
    expect(failures[0]).toMatch(/certificate/);
    const [step] = stepsOf(await tryDocument(document(secure, 'requests: [/]')));
    expect(step).toMatchObject({ status: 200, failure: null });
    expect(step?.timings.tlsMs).not.toBeNull();
  });

  it('that never ends its response is given up, with what came of it', async () => {
    const server = await serve((_request, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const chunk = `ffff\r\n${'x'.repeat(0xffff)}\r\n`;
      const more = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', more);
      more();
      return null;
    });
    const [step, next] = stepsOf(
      await tryDocument(document(server, "timeout: 2s\nrequests: [/endless, 'http://127.0.0.1:1/']")),
    );
    expect(step).toMatchObject({ status: 200, failure: { type: 'timeout' }, responseBody: { isCut: true } });
    expect(step?.responseBody?.text).toHaveLength(limits.trialBodyCharactersMax);
    expect(next?.failure?.type).toBe('connect-refused');
  });

  it('that says nothing does not outlast the time there is', async () => {
    const over = new AbortController();
    const server = await serve(() => {
      over.abort();
      return null;
    });
    const text = `${document(server, 'requests: [/silent, /never]')}  other: {requests: [${server.url}/other]}\n`;
    const trial = await tryDocument(text, { signal: over.signal });
    expect(stepsOf(trial)).toMatchObject([{ url: `${server.url}/silent`, status: null, failure: { type: 'timeout' } }]);
    expect(stepsOf(trial)[0]?.requestHead).toContain('GET /silent');
    expect(trial.problems.map(({ path }) => path)).toEqual(['scenarios.shop']);
    expect(server.requests).toHaveLength(1);
    await expect.poll(() => server.open.size).toBe(0);
  });
});

describe('a flow', () => {
  it('is walked once by one user, as it is in a run', async () => {
    const server = await serve(({ path }) => response(path === '/state' ? 'false' : 'ok'));
    const trial = await tryDocument(
      document(
        server,
        `data-sources: [rows.csv]
requests:
- once: [/once]
- if: '"\${name}" == "ann"'
  then: [/ann]
  else: [/other]
- set-variables: {n: 2}
- loop: \${n}
  do: [/counted]
- while: \${more}
  do: [{url: /state, extract-regexp: {more: '(false)'}}]
- transaction: both
  force-parent-sample: true
  do: [/first, {url: /second, label: 'second of \${name}'}]
- foreach: each in missing
  do: [/never]`,
      ),
      { files: { 'rows.csv': 'name\nann\nbob\n' } },
    );
    expect(server.requests.map(({ path }) => path)).toEqual([
      ...['/once', '/ann', '/counted', '/counted', '/state', '/first', '/second'],
    ]);
    expect(stepsOf(trial).at(-1)?.label).toBe('second of ann');
    expect([trial.problems, trial.log]).toEqual([[], []]);
  });

  it('does not go around its loops to the end', async () => {
    const server = await serve(() => response('ok'));
    const trial = await tryDocument(
      document(
        server,
        'requests: [{loop: 1000, do: [/a]}, {loop: forever, do: [/b]}, {loop: 1000, do: [{action: continue}]}]',
      ),
    );
    expect(server.requests).toHaveLength(2 * limits.trialLoopRoundsMax);
    expect(trial.log.map(({ message }) => message)).toEqual([
      'shop: a loop that goes around 1000 times was left after 5',
      'shop: a loop that goes around for ever was left after 5',
    ]);
  });

  it('ends when it goes around for ever, with requests or without', async () => {
    const server = await serve(() => response('ok'));
    const loop = (inside: string) => `requests: [{while: 'true', do: [${inside}]}]`;
    const busy = await tryDocument(document(server, loop('/')));
    expect(server.requests).toHaveLength(limits.trialRequestsMax);
    expect(busy.problems[0]?.message).toContain(`at most ${limits.trialRequestsMax} requests`);
    const idle = await tryDocument(document(server, loop("{set-variables: {a: '1'}}")));
    expect(idle.problems[0]?.message).toContain('without a request or a pause');
  });

  it('that cannot be compiled is told with its path, and the next one is tried', async () => {
    const server = await serve(() => response('ok'));
    const bad = `${document(server, "requests: [{url: /, extract-regexp: {a: '(${b}'}}]\ndata-sources: [empty.csv]")}  other: {requests: [${server.url}/other]}\n`;
    const text = bad.replace('execution: [', 'execution: [{iterations: 1, scenario: other}, ');
    const trial = await tryDocument(text);
    expect(trial.problems).toMatchObject([{ path: expect.stringContaining('scenarios.shop') }]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/other']);
  });

  it('shows no more than an answer takes', async () => {
    const body = '\\"'.repeat(limits.trialBodyCharactersMax);
    const images = Array.from({ length: 60 }, (_, i) => `<img src="/${i}.png">`).join('');
    const page = response(images, { headers: 'Content-Type: text/html\r\n' });
    const server = await serve(({ path }) => (path === '/page' ? page : response(body)));
    const lines = `retrieve-resources: true\nrequests: [/page, ${Array(40).fill('/').join(', ')}]`;
    const trial = await tryDocument(document(server, lines));
    const [first, second, ...others] = stepsOf(trial);
    expect(Buffer.byteLength(JSON.stringify(trial))).toBeLessThan(limits.apiBodyBytesMax);
    expect(first).toMatchObject({ responseBody: { text: images } });
    expect(first?.subSteps).toHaveLength(60);
    expect(first?.subSteps[0]).toMatchObject({ status: 200, responseBody: { text: null, problem: 'left out' } });
    expect(second?.responseBody?.text).toHaveLength(limits.trialBodyCharactersMax);
    expect(others.at(-1)).toMatchObject({ status: 200, responseBody: null });
    expect([others.length, trial.log.length]).toEqual([39, 1]);
  });
});
