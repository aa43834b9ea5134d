import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CountReport } from './served-counts.ts';
import { type PracticeTarget, startPracticeTarget } from './start.ts';

let target: PracticeTarget;

beforeAll(async () => {
  target = await startPracticeTarget({ port: 0 });
});
afterAll(() => target.stop());
beforeEach(async () => {
  await fetch(`${target.url}/__count`, { method: 'DELETE' });
});

async function counts(): Promise<CountReport> {
  return (await (await fetch(`${target.url}/__count`)).json()) as CountReport;
}

function order(body: string): Promise<Response> {
  return fetch(`${target.url}/api/orders`, { method: 'POST', body });
}

describe('what the practice target answers', () => {
  it('serves its page and its products', async () => {
    const page = await fetch(`${target.url}/`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('<h1>');
    const response = await fetch(`${target.url}/api/products?page=2`);
    const text = await response.text();
    expect(text.length).toBeGreaterThan(2_000);
    expect(JSON.parse(text).products).toHaveLength(40);
  });

  it('takes orders that are JSON objects and echoes them, and refuses the rest', async () => {
    const taken = await order('{"productId":"p-100","note":"für dich"}');
    expect(taken.status).toBe(201);
    expect(await taken.json()).toMatchObject({ status: 'accepted', order: { productId: 'p-100', note: 'für dich' } });
    for (const bad of ['', '{', '[1]', 'null', '"text"']) expect((await order(bad)).status, bad).toBe(400);
    expect((await order(JSON.stringify({ note: 'x'.repeat(70_000) }))).status).toBe(413);
    expect((await order('{}')).status).toBe(201);
  });

  it('logs in who knows the password, and shows accounts to them only', async () => {
    const logIn = (user: string, password: string) =>
      fetch(`${target.url}/api/login`, { method: 'POST', body: new URLSearchParams({ user, password }) });
    for (const [user, password] of [
      ['ann', 'wrong'],
      ['', '-secret'],
      ['x'.repeat(5_000), 'y'],
    ] as const) {
      expect((await logIn(user, password)).status).toBe(401);
    }
    const { user, session } = (await (await logIn('Änn b', 'Änn b-secret')).json()) as {
      user: string;
      session: { token: string };
    };
    expect(user).toBe('Änn b');
    const account = (authorization: string) => fetch(`${target.url}/api/account`, { headers: { authorization } });
    expect(await (await account(`Bearer ${session.token}`)).json()).toEqual({ user: 'Änn b', orders: [] });
    for (const wrong of ['', 'Bearer x', 'Basic practice-a']) expect((await account(wrong)).status).toBe(401);
    expect((await account('Bearer practice-%')).status).toBe(401);
  });

  it('waits as long as it is asked to', async () => {
    const startedAt = performance.now();
    expect((await fetch(`${target.url}/delay/120`)).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(115);
    expect((await fetch(`${target.url}/delay/60001`)).status).toBe(400);
    expect((await fetch(`${target.url}/delay/-1`)).status).toBe(400);
  });

  it('answers with the status, the redirects and the bytes it is asked for, within bounds', async () => {
    for (const status of [200, 204, 304, 404, 418, 503]) {
      expect((await fetch(`${target.url}/status/${status}`)).status).toBe(status);
    }
    expect((await fetch(`${target.url}/status/100`)).status).toBe(400);
    const redirected = await fetch(`${target.url}/redirect/3`);
    expect(redirected.url).toBe(`${target.url}/`);
    expect(await (await fetch(`${target.url}/bytes/100000`)).arrayBuffer()).toHaveProperty('byteLength', 100_000);
    expect((await fetch(`${target.url}/bytes/999999999`)).status).toBe(400);
  });

  it('fails exactly the share it is asked for, evenly', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 20; i++) statuses.push((await fetch(`${target.url}/flaky/20`)).status);
    expect(statuses.map((status, i) => (status === 500 ? i : -1)).filter((i) => i >= 0)).toEqual([4, 9, 14, 19]);
    for (const percent of [0, 100]) {
      expect((await fetch(`${target.url}/flaky/${percent}`)).status).toBe(percent === 0 ? 200 : 500);
    }
  });

  it('says 404 and 405 where there is nothing, and takes HEAD for GET', async () => {
    expect((await fetch(`${target.url}/nothing`)).status).toBe(404);
    const refused = await fetch(`${target.url}/api/orders`);
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('POST');
    const head = await fetch(`${target.url}/`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('what the practice target counts', () => {
  it('counts every answer by method, path and status, but not the counting', async () => {
    await Promise.all(Array.from({ length: 50 }, () => fetch(`${target.url}/api/products?q=1`).then((r) => r.text())));
    await order('{}');
    await order('nonsense');
    await counts();
    expect(await counts()).toEqual({
      received: 52,
      served: 52,
      abandoned: 0,
      underWay: 0,
      counts: [
        { method: 'POST', path: '/api/orders', status: 201, count: 1 },
        { method: 'POST', path: '/api/orders', status: 400, count: 1 },
        { method: 'GET', path: '/api/products', status: 200, count: 50 },
      ],
    });
  });

  it('tells what is under way and what was abandoned from what was served', async () => {
    const stop = new AbortController();
    const waiting = fetch(`${target.url}/delay/30000`, { signal: stop.signal }).catch(() => null);
    await expect.poll(async () => (await counts()).underWay).toBe(1);
    stop.abort();
    await waiting;
    await expect.poll(counts).toEqual({ received: 1, served: 0, abandoned: 1, underWay: 0, counts: [] });
  });

  it('stays in balance when it is reset while requests are under way', async () => {
    const waiting = fetch(`${target.url}/delay/300`);
    await expect.poll(async () => (await counts()).underWay).toBe(1);
    await fetch(`${target.url}/__count`, { method: 'DELETE' });
    await waiting;
    expect(await counts()).toMatchObject({ received: 1, served: 1, underWay: 0 });
  });

  it('keeps a bounded number of paths apart', async () => {
    const socket = connect(Number(new URL(target.url).port), '127.0.0.1');
    const requests = 10_050;
    let written = '';
    for (let i = 0; i < requests; i++) written += `GET /nothing/${i} HTTP/1.1\r\nhost: t\r\n\r\n`;
    socket.resume().write(written);
    await expect.poll(async () => (await counts()).served, { timeout: 30_000 }).toBe(requests);
    socket.destroy();
    const report = await counts();
    expect(report.counts).toHaveLength(10_001);
    expect(report.counts.find((entry) => entry.path === '(other)')?.count).toBe(50);
  });

  it('survives what is no HTTP', async () => {
    const socket = connect(Number(new URL(target.url).port), '127.0.0.1');
    socket.end('\u0000\u0001 nonsense\r\n\r\n');
    const [reply] = await once(socket, 'data');
    expect(String(reply)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await counts()).received).toBe(0);
  });
});

describe('how the practice target starts and ends', () => {
  const program = join(import.meta.dirname, 'target.ts');

  function start(args: string[]): ChildProcess {
    return spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  }

  async function firstLine(child: ChildProcess): Promise<Record<string, string>> {
    const [chunk] = await once(child.stdout ?? child, 'data');
    return JSON.parse(String(chunk));
  }

  it('takes another port when its own is taken', async () => {
    const port = Number(new URL(target.url).port);
    const second = await startPracticeTarget({ port });
    expect(second.url).not.toBe(target.url);
    expect((await fetch(second.url)).status).toBe(200);
    await second.stop();
    await second.stop();
    await expect(fetch(second.url)).rejects.toThrow();
  });

  it('says why it cannot start', async () => {
    const taken = start(['--port', new URL(target.url).port]);
    expect(await firstLine(taken)).toMatchObject({ error: 'EADDRINUSE' });
    expect((await once(taken, 'exit'))[0]).toBe(1);
    for (const bad of [['--port', '70000'], ['--port', 'x'], ['--nonsense']]) {
      const child = start(bad);
      expect((await firstLine(child)).message, bad.join(' ')).toContain('--');
      expect((await once(child, 'exit'))[0]).toBe(1);
    }
  });

  it('ends when who started it is killed, requests under way or not', async () => {
    const starter = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { startPracticeTarget } = await import(${JSON.stringify(join(import.meta.dirname, 'start.ts'))});
         const target = await startPracticeTarget({ port: 0 });
         console.log(JSON.stringify({ url: target.url, pid: String(target.pid) }));
         setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const { url, pid } = await firstLine(starter);
    fetch(`${url}/delay/60000`).catch(() => null);
    starter.kill('SIGKILL');
    await expect.poll(() => isAlive(Number(pid)), { timeout: 10_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
