import { afterEach, describe, expect, it } from 'vitest';
import { closed, errorsOf, nativeEngine, open, runNative } from './testing/run-native.ts';
import { response, type ScriptedServer, scriptedServer } from './testing/scripted-server.ts';

const servers: ScriptedServer[] = [];
async function serve(...args: Parameters<typeof scriptedServer>): Promise<ScriptedServer> {
  const server = await scriptedServer(...args);
  servers.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('closed model', () => {
  it('walks the flow as often as it says, and counts exactly what the server served', async () => {
    const server = await serve(({ path }) => response(path, { code: path === '/bad' ? 500 : 200 }));
    const result = await runNative({
      steps: [{ url: '/a' }, { url: '/b' }, { url: '/bad' }],
      flow: { defaultAddress: server.url },
      loads: [closed({ concurrency: 7, iterations: 5 })],
    });
    const served = (path: string): number => server.requests.filter((request) => request.path === path).length;
    expect(result.total).toMatchObject({ requests: 105, failures: 35, plannedStarts: 105, unfinishedRequests: 0 });
    for (const path of ['/a', '/b', '/bad']) {
      expect(served(path)).toBe(35);
      expect(result.labels.get(path)?.requests).toBe(35);
    }
    expect(Object.fromEntries(result.total.codes)).toEqual({ 200: 70, 500: 35 });
    expect(errorsOf(result.total)).toEqual({ 'http: 500 Internal Server Error': 35 });
    expect(server.connections).toBe(7);
    expect(result.total.connect?.count).toBe(7);
    expect(result.total.responseTime).toBeNull();
    expect(result.total.serviceTime.count).toBe(105);
    expect(result.total.timeToFirstByte.count).toBe(105);
    const bytes = server.requests.reduce((sum, { text }) => sum + text.length, 0);
    expect(result.total.bytesSent).toBe(bytes);
    const received = server.requests.reduce((sum, { path }) => sum + response(path).length, 0);
    expect(result.total.bytesReceived).toBe(received);
  });

  it('begins no request after its end, and lets those under way finish', async () => {
    const server = await serve(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return response('ok');
    });
    const result = await runNative({
      steps: [{ url: server.url }],
      loads: [closed({ concurrency: 4, holdForSeconds: 0.3 })],
    });
    expect(result.total.failures).toBe(0);
    expect(result.total.requests).toBe(server.requests.length);
    expect(result.total.lastEndedUs).toBeGreaterThan(0);
    expect(result.total.requests).toBeGreaterThan(4);
  });
});

describe('open model', () => {
  it('begins every planned start', async () => {
    const server = await serve(() => response('ok'));
    const result = await runNative({
      steps: [{ url: server.url }],
      loads: [open({ requestsPerSecond: 200, holdForSeconds: 1 })],
    });
    expect(result.total).toMatchObject({
      requests: 200,
      failures: 0,
      plannedStarts: 200,
      droppedStarts: 0,
      unfinishedRequests: 0,
    });
    expect(server.requests.length).toBe(200);
    expect(result.outcome.startLateness.count).toBe(200 - result.total.lateStarts);
    expect(result.total.responseTime?.count).toBe(200);
  });
});

describe('stop', () => {
  it('before run: nothing is sent', async () => {
    const server = await serve(() => response('ok'));
    const { engine, measured } = nativeEngine({ steps: [{ url: server.url }], loads: [open()] });
    await engine.prepare();
    engine.stop(100);
    await engine.run(performance.now() + 60_000);
    expect(server.connections).toBe(0);
    expect(measured.windows).toEqual([]);
  });
});
