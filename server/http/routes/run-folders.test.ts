import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../core/limits.ts';
import { sampleRun } from '../../ports/fixtures/sample-rows.ts';
import { hashToken, newToken } from '../../security/token.ts';
import { type ServedFolder, serveRunFolder } from '../fixtures/serve-run-folder.ts';

let folder: ServedFolder;
beforeEach(async () => {
  folder = await serveRunFolder();
});
afterEach(() => folder.server.close(0));

interface Asked {
  method?: string;
  token?: string | null;
  runId?: string;
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream;
  headers?: Record<string, string>;
}

function ask(path: string, { method = 'GET', token = folder.token, runId = 'run-1', ...init }: Asked = {}) {
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const headers = { ...authorization, ...init.headers };
  const url = `${folder.server.url}/api/run-folders/${runId}/${path}`;
  return fetch(url, { method, ...init, headers, duplex: 'half' } as RequestInit);
}

const put = (path: string, body: string, asked: Asked = {}) => ask(path, { method: 'PUT', body, ...asked });
const codeOf = async (answer: Response) => `${answer.status} ${((await answer.json()) as { code: string }).code}`;
const textOf = async (path: string) => Buffer.from((await folder.get(path)) ?? []).toString();

describe('a run folder over HTTP, read', () => {
  it.each(['plan.json', 'control.json', 'files/data/ü %2f.csv', 'results/eu/1.xml', 'results/eu/0.done.json'])(
    'gives %s as it is, with an ETag and the time',
    async (path) => {
      await folder.put(path, 'content');
      const url = path.split('/').map(encodeURIComponent).join('/');
      const answer = await ask(url);
      expect([answer.status, await answer.text()]).toEqual([200, 'content']);
      expect(Math.abs(Number(answer.headers.get('loadstar-time-ms')) - Date.now())).toBeLessThan(30_000);
      expect(answer.headers.get('content-type')).toBe('application/octet-stream');
      const head = await ask(url, { method: 'HEAD' });
      expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([200, '', '7']);

      const etag = answer.headers.get('etag') ?? '';
      const again = await ask(url, { headers: { 'if-none-match': etag } });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
      expect(again.headers.get('loadstar-time-ms')).not.toBeNull();
      await folder.put(path, 'changed');
      expect(await (await ask(url, { headers: { 'if-none-match': etag } })).text()).toBe('changed');
    },
  );

  it.each([
    ['files/none', '404 not_found'],
    ['control.json', '404 not_found'],
    ['report.json', '403 forbidden'],
    ['folded/eu/0.seg', '403 forbidden'],
    ['series/eu/0/0.seg', '403 forbidden'],
    ['artifacts/eu/0/task.log', '403 forbidden'],
    ['results/us/0.xml', '403 forbidden'],
    ['results/eu/2.xml', '403 forbidden'],
    ['files/..%2F..%2Frun-2%2Fplan.json', '403 forbidden'],
    ['files%2F.tmp%2Fdraft', '403 forbidden'],
    ['files/a%00b', '403 forbidden'],
    ['files/%FF', '404 not_found'],
    ['%2e%2e/run-2/plan.json', '401 unauthenticated'],
  ])('refuses %s: %s', async (path, code) => {
    await folder.objects.put('runs/run-2/plan.json', Buffer.from('of another run'));
    const answer = await ask(path);
    expect(answer.headers.get('loadstar-time-ms')).not.toBeNull();
    expect(await codeOf(answer)).toBe(code);
  });
});

describe('a run folder over HTTP, written', () => {
  it.each([
    ['ready/eu/0.json', true],
    ['results/eu/1.done.json', true],
    ['artifacts/eu/1/out/kpi.jtl', true],
    ['series/eu/0/0.seg', false],
    ['results/eu/0.hdr', false],
    ['results/eu/0.xml', false],
  ])('takes %s, and again; another content: %s', async (path, mayChange) => {
    const first = await put(path, 'content');
    expect([first.status, await first.text()]).toEqual([204, '']);
    expect(await textOf(path)).toBe('content');
    expect((await put(path, 'content')).status).toBe(204);
    const other = await put(path, 'changed');
    if (mayChange) expect(other.status).toBe(204);
    else expect(await codeOf(other)).toBe('409 conflict');
    expect(await textOf(path)).toBe(mayChange ? 'changed' : 'content');
  });

  it.each([
    'plan.json',
    'control.json',
    'files/a.csv',
    'report.json',
    'folded/eu/0.seg',
    'ready/us/0.json',
    'ready/eu/2.json',
    'ready/eu/0.json/more',
    'results/eu/0.damaged.json',
    'results/eu/00.xml',
    'series/eu/0/-1.seg',
    'series/eu/0/0.seg.tmp',
    'series/eu/0/..%2F..%2F..%2Fplan.json',
    'artifacts/eu/0/..%2F..%2F..%2F..%2Frun-2%2Fplan.json',
    'artifacts/eu/0',
    'artifacts/eu/0/',
    'nothing',
  ])('refuses %s', async (path) => {
    expect(await codeOf(await put(path, 'content'))).toBe('403 forbidden');
    expect(await folder.objects.list('')).toEqual([]);
  });

  it('keeps one of several contents that come at once', async () => {
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((body) => put('series/eu/0/7.seg', body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409, 409]);
  });

  it('refuses what is too large, whether it says so or not, and compressed bodies', async () => {
    const tooLong = 'x'.repeat(limits.taskMarkBytesMax + 1);
    expect(await codeOf(await put('ready/eu/0.json', tooLong))).toBe('413 body_too_large');
    const chunks = ReadableStream.from([Buffer.from(tooLong.slice(0, 40_000)), Buffer.from(tooLong.slice(40_000))]);
    expect(await codeOf(await ask('ready/eu/0.json', { method: 'PUT', body: chunks }))).toBe('413 body_too_large');
    const compressed = await put('ready/eu/0.json', '{}', { headers: { 'content-encoding': 'gzip' } });
    expect(await codeOf(compressed)).toBe('415 media_type_unsupported');
    expect(await folder.get('ready/eu/0.json')).toBeNull();
    expect((await put('ready/eu/0.json', tooLong.slice(1))).status).toBe(204);
  });

  it('takes nothing once the run has ended, and still lets its files be read', async () => {
    await folder.put('plan.json', '{}');
    const run = await folder.runs.get('run-1');
    if (run === null) throw new Error('no run');
    for (const [i, phase] of (['cleaning up', 'complete', 'failed', 'cancelled'] as const).entries()) {
      await folder.runs.update({ ...run, version: run.version + 1 + i, phase });
      const answer = await put(`series/eu/0/${i}.seg`, 'late');
      if (phase === 'cleaning up') expect(answer.status).toBe(204);
      else expect(await codeOf(answer)).toBe('409 run_state_conflict');
      expect((await ask('plan.json')).status).toBe(200);
    }
  });
});

describe('the token of a run', () => {
  it('must be there, and be that of the run', async () => {
    await folder.put('plan.json', '{}');
    const otherToken = newToken('lsr');
    await folder.runs.create(sampleRun({ id: 'run-2', phase: 'running', tokenHash: hashToken(otherToken) }));
    await folder.runs.create(sampleRun({ id: 'run-3', phase: 'running', tokenHash: null }));
    // Also when the run is known already.
    expect((await ask('plan.json')).status).toBe(200);
    const refused: Asked[] = [
      { token: null },
      { token: '' },
      { token: otherToken },
      { token: folder.server.token },
      { token: `${folder.token}x` },
      { token: hashToken(folder.token) },
      { runId: 'run-2' },
      { runId: 'run-3' },
      { runId: 'run-9' },
    ];
    for (const asked of refused) {
      for (const method of ['GET', 'PUT']) {
        const body = method === 'PUT' ? { body: '{}' } : {};
        const answer = await ask('ready/eu/0.json', { method, ...body, ...asked });
        expect(await codeOf(answer), JSON.stringify(asked)).toBe('401 unauthenticated');
      }
    }
    expect(await folder.get('ready/eu/0.json')).toBeNull();
  });

  it('opens nothing else of the API, and is in no log', async () => {
    for (const path of ['/api/version', '/api/audit', '/api/openapi.json']) {
      const answer = await fetch(folder.server.url + path, { headers: { authorization: `Bearer ${folder.token}` } });
      expect(answer.status).toBe(401);
    }
    await put('results/eu/9.xml', 'x');
    expect(folder.server.logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(folder.server.logged)).not.toContain(folder.token);
  });

  it.each(['POST', 'DELETE', 'PATCH'])('does not %s', async (method) => {
    expect((await ask('ready/eu/0.json', { method })).status).toBe(405);
  });
});
