import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { serveRunFolder } from '../../server/http/fixtures/serve-run-folder.ts';
import { systemClock } from '../clock.ts';
import { offsetOf } from './control-plane-clock.ts';
import { type HttpRunFolderOptions, openHttpRunFolder } from './http.ts';
import { isTransient, withRetries } from './retries.ts';
import { runFolderContract } from './run-folder.contract.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

runFolderContract('a folder that the control plane serves', async () => {
  const { get, put, server, token, url } = await serveRunFolder();
  return {
    folder: openHttpRunFolder({ url, token, clock: systemClock }),
    put,
    get,
    close: () => server.close(0),
  };
});

/** A folder on a server that answers as the listener does. */
async function against(listener: RequestListener, options: Partial<HttpRunFolderOptions> = {}) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/api/run-folders/run-1/`;
  return openHttpRunFolder({ url, token: 'lsr_secret', clock: systemClock, ...options });
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    for (let each: unknown = error; each instanceof Error; each = each.cause) {
      expect(`${each.message} ${each.stack}`).not.toContain('lsr_secret');
    }
    expect(error).toMatchObject({ name: 'LoadstarError', code: 'store_failed' });
    return error as Error;
  }
  throw new Error('it did not fail');
}

describe('a folder over HTTP', () => {
  it.each([500, 502, 503, 429, 408])('may do better later after an answer %d', async (status) => {
    const folder = await against((_request, answer) => answer.writeHead(status).end('busy'));
    for (const fail of [
      () => folder.read('plan.json'),
      () => folder.write('ready/eu/1.json', Buffer.from('x')),
      () => folder.clockOffsetMs(),
    ]) {
      const error = await failureOf(fail());
      expect(error.message).toContain(`answered ${status}`);
      expect(isTransient(error)).toBe(true);
    }
  });

  it.each([400, 401, 403, 409, 413])('does not try again after an answer %d, and says why', async (status) => {
    const problem = JSON.stringify({ code: 'x', detail: 'The reason.' });
    const folder = await against((_request, answer) => answer.writeHead(status).end(problem));
    const error = await failureOf(folder.write('ready/eu/1.json', Buffer.from('x')));
    expect(error.message).toBe(
      `cannot write ready/eu/1.json in the run folder: the control plane answered ${status}: The reason.`,
    );
    expect(isTransient(error)).toBe(false);
  });

  it('takes a 404 for "there is none" only from the control plane', async () => {
    const folder = await against((_request, answer) => answer.writeHead(404).end('<h1>Not Found</h1>'));
    expect((await failureOf(folder.read('plan.json'))).message).toContain('answered 404');
  });

  it('follows no redirect: the token is for nobody else', async () => {
    const seen: (string | undefined)[] = [];
    const folder = await against((request, answer) => {
      seen.push(request.url);
      answer.writeHead(307, { location: '/elsewhere' }).end();
    });
    for (const fail of [() => folder.read('plan.json'), () => folder.write('ready/eu/1.json', Buffer.from('x'))]) {
      const error = await failureOf(fail());
      expect(error.message).toContain('redirects are not followed');
      expect(isTransient(error)).toBe(false);
    }
    expect(seen).toEqual(['/api/run-folders/run-1/plan.json', '/api/run-folders/run-1/ready/eu/1.json']);
  });

  it.each(['no answer', 'half an answer', 'a broken connection'])('gives up %s, which may pass', async (what) => {
    const folder = await against(
      (_request, answer) => {
        if (what === 'half an answer') answer.writeHead(200, { 'content-length': '100' }).write('half');
        if (what === 'a broken connection') answer.destroy();
      },
      what.endsWith('answer') ? { timeoutMs: 100 } : {},
    );
    const error = await failureOf(folder.read('plan.json'));
    expect(isTransient(error)).toBe(true);
    expect(error.message).toMatch(what === 'a broken connection' ? /cannot be reached/ : /does not answer in time/);
  });

  it('says that nobody is there', async () => {
    const folder = await against(() => {});
    await closing.pop()?.();
    const error = await failureOf(folder.read('plan.json'));
    expect(error.message).toBe(
      'cannot read plan.json in the run folder: the control plane cannot be reached (ECONNREFUSED)',
    );
    expect(isTransient(error)).toBe(true);
  });

  it('refuses an answer that is too large before it reads it', async () => {
    const folder = await against((_request, answer) =>
      answer.writeHead(200, { 'content-length': '99999999999' }).write('x'),
    );
    expect((await failureOf(folder.read('files/a'))).message).toContain('larger than');
  });

  it('ends what is under way when it is closed', async () => {
    const { promise: arrived, resolve } = Promise.withResolvers<void>();
    const folder = await against(() => resolve());
    const reading = failureOf(folder.read('plan.json'));
    await arrived;
    await folder.close();
    expect((await reading).message).toContain('the run folder is closed');
  });

  it('is tried again, not before the control plane wants it, until it works', async () => {
    let asked = 0;
    const folder = await against((_request, answer) => {
      if (++asked < 3) answer.writeHead(429, { 'retry-after': '2' }).end();
      else answer.writeHead(204).end();
    });
    const waits: number[] = [];
    const clock = { ...systemClock, sleep: async (ms: number) => void waits.push(ms) };
    const patient = withRetries(folder, { clock, log: () => {}, jitter: 0.5, once: ['control.json'] });
    await patient.write('ready/eu/1.json', Buffer.from('x'));
    expect(asked).toBe(3);
    expect(waits).toHaveLength(2);
    for (const wait of waits) expect(wait >= 2_000 && wait <= 3_000, `${wait}`).toBe(true);
    asked = 0;
    await failureOf(patient.read('control.json'));
    expect(asked).toBe(1);
  });
});

describe('the offset of the clock', () => {
  it.each([60_000, -3_600_000])('of %d ms is found through the real server', async (clockOffsetMs) => {
    const { put, server, token, url } = await serveRunFolder({ clockOffsetMs });
    closing.push(() => server.close(0));
    await put('control.json', '{}');
    const folder = openHttpRunFolder({ url, token, clock: systemClock });
    expect(Math.abs((await folder.clockOffsetMs()) - clockOffsetMs)).toBeLessThan(1_000);
  });

  it('is that of the shortest round trip, from its middle', () => {
    const probe = (sentAtMs: number, roundTripMs: number, serverMs: number) => ({ sentAtMs, roundTripMs, serverMs });
    expect(offsetOf([probe(1_000, 200, 6_190), probe(2_000, 20, 7_012), probe(3_000, 90, 8_005)])).toBe(5_002);
    expect(offsetOf([probe(1_000, 1.5, 1_001)])).toBe(0);
    expect(offsetOf([])).toBe(0);
  });

  it('is none where clocks are set well and the round trip explains it', () => {
    const probe = { sentAtMs: 1_000, roundTripMs: 100 };
    expect(offsetOf([{ ...probe, serverMs: 1_090 }], { believesOwn: true })).toBe(0);
    expect(offsetOf([{ ...probe, serverMs: 1_102 }], { believesOwn: true })).toBe(52);
    expect(offsetOf([{ ...probe, serverMs: 1_090 }])).toBe(40);
  });

  it('cannot be told by a server that is none', async () => {
    const folder = await against((_request, answer) => answer.writeHead(200).end());
    expect((await failureOf(folder.clockOffsetMs())).message).toContain('does not tell it');
  });
});
