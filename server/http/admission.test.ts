import { afterEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../adapters/memory/manual-clock.ts';
import { actorOf } from '../ports/fixtures/sample-users.ts';
import { problemOf, type SampleServer, startSampleServer } from './fixtures/sample-server.ts';
import type { TestServerOptions } from './fixtures/start-server.ts';
import { startServer } from './fixtures/start-server.ts';

let server: SampleServer;
async function start(options: TestServerOptions = {}): Promise<SampleServer> {
  server = await startSampleServer(options);
  return server;
}
afterEach(() => server.close(0));

describe('who may call', () => {
  it('is anybody for health and readiness', async () => {
    await start();
    const health = await fetch(`${server.url}/api/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    const ready = await fetch(`${server.url}/api/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', checks: {} }]);
  });

  it('is whoever has a token for all else', async () => {
    await start();
    const answer = await server.call('/api/version');
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { name: 'loadstar', version: '1.2.3', node: process.versions.node },
    ]);
    const scheme = await fetch(`${server.url}/api/version`, { headers: { authorization: `bearer ${server.token}` } });
    expect(scheme.status).toBe(200);
  });

  it.each([
    ['nothing', undefined, 'Bearer realm="loadstar"'],
    ['nobody', '', 'Bearer realm="loadstar", error="invalid_token"'],
    ['another token', 'Bearer lst_0123456789', 'Bearer realm="loadstar", error="invalid_token"'],
    ['another scheme', 'Basic TOKEN', 'Bearer realm="loadstar", error="invalid_token"'],
    ['only a part', 'Bearer TOKE', 'Bearer realm="loadstar", error="invalid_token"'],
    ['more than the token', 'Bearer TOKEN TOKEN', 'Bearer realm="loadstar", error="invalid_token"'],
    ['a scheme only', 'Bearer', 'Bearer realm="loadstar", error="invalid_token"'],
  ])('is not who shows %s', async (_what, shown, challenge) => {
    await start();
    for (const path of ['/api/version', '/api/audit', '/api/nothing', '/api', '/api/health/', '/api//health']) {
      const authorization = shown?.replaceAll('TOKEN', server.token).replace('TOKE', server.token.slice(0, -1));
      const answer = await fetch(`${server.url}${path}`, {
        headers: authorization === undefined ? {} : { authorization },
      });
      expect(await problemOf(answer)).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect(answer.headers.get('www-authenticate')).toBe(challenge);
    }
    const inUrl = await fetch(`${server.url}/api/version?token=${server.token}&access_token=${server.token}`);
    expect(inUrl.status).toBe(401);
  });

  it('is known to the handler as an actor', async () => {
    await start();
    await server.audit.append({
      atMs: 5,
      actor: { kind: 'system' },
      action: 'run.prune',
      target: 'run-1',
      detail: null,
    });
    expect((await server.call('/api/audit')).status).toBe(200);
    const other = await startServer({
      app: { authenticate: async () => ({ actor: actorOf('editor'), expiresAtMs: null }) },
    });
    expect(await problemOf(await other.call('/api/audit'))).toMatchObject({ status: 403, code: 'forbidden' });
    await other.close(0);
  });
});

describe('the rate of requests', () => {
  it('is bounded for each token, and for each address without one', async () => {
    const clock = createManualClock();
    const ample = { requestsPerSecond: 1_000, burst: 1_000 };
    await start({
      app: {
        nowMs: clock.now,
        config: {
          rateLimits: {
            token: { requestsPerSecond: 2, burst: 3 },
            address: { requestsPerSecond: 0.1, burst: 2 },
            run: ample,
          },
        },
      },
    });
    const statuses = async (count: number, path: string, withToken: boolean) => {
      const answers: Response[] = [];
      for (let i = 0; i < count; i++)
        answers.push(await (withToken ? server.call(path) : fetch(`${server.url}${path}`)));
      return answers.map(({ status, headers }) => `${status} ${headers.get('retry-after') ?? ''}`.trim());
    };
    expect(await statuses(5, '/api/version', true)).toEqual(['200', '200', '200', '429 1', '429 1']);
    expect(await statuses(2, '/api/version', false)).toEqual(['401', '401']);
    expect(await statuses(1, '/api/version', false)).toEqual(['429 10']);
    expect(await statuses(1, '/api/health', false)).toEqual(['429 10']);
    // Tasks of a run do not share it.
    expect(await statuses(5, '/api/run-folders/run-1', false)).toEqual(Array(5).fill('200'));
    clock.advance(1_000);
    expect(await statuses(3, '/api/version', true)).toEqual(['200', '200', '429 1']);
    clock.advance(9_000);
    expect(await statuses(2, '/api/health', false)).toEqual(['200', '429 10']);
    const refused = await problemOf(await fetch(`${server.url}/api/health`));
    expect(refused).toMatchObject({ code: 'rate_limited', detail: expect.stringContaining('10 s') });
  });

  it('is bounded for the tasks of each run', async () => {
    const few = { requestsPerSecond: 1, burst: 2 };
    await start({
      app: { nowMs: createManualClock().now, config: { rateLimits: { token: few, address: few, run: few } } },
    });
    const get = async (runId: string) => (await fetch(`${server.url}/api/run-folders/${runId}`)).status;
    expect([await get('run-1'), await get('run-1'), await get('run-1'), await get('run-2')]).toEqual([
      200, 200, 429, 200,
    ]);
  });
});
