import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../core/limits.ts';
import type { TaskId } from '../../../core/plan/plan.ts';
import { createMemoryObjectStore } from '../../adapters/memory/memory-object-store.ts';
import { createMemoryStores } from '../../adapters/memory/memory-stores.ts';
import type { TaskLogs } from '../../ports/task-logs.ts';
import { ScriptedLauncher } from '../../verbs/fixtures/scripted-launcher.ts';
import { type MeasuredRun, RUN_ID, storeMeasuredRun } from '../../verbs/results/fixtures/measured-run.ts';
import { openConnection } from '../fixtures/raw-connection.ts';
import { problemOf } from '../fixtures/sample-server.ts';
import { startServer, type TestServer } from '../fixtures/start-server.ts';

const TASK: TaskId = { region: 'east', task: 1 };
const WINDOW = '{"type":"window","task":{}}\n';

/** Logs that grow, and that are forgotten; counts who reads them. */
class GrowingLogs implements TaskLogs {
  text: Buffer | null = null;
  reads = 0;

  append(text: string): void {
    this.text = Buffer.concat([this.text ?? Buffer.alloc(0), Buffer.from(text)]);
  }

  async read(_runId: string, { region, task }: TaskId, fromByte: number, bytesMax: number): Promise<Uint8Array | null> {
    this.reads++;
    if (this.text === null || region !== TASK.region || task !== TASK.task) return null;
    return this.text.subarray(fromByte, fromByte + bytesMax);
  }
}

let server: TestServer;
let stores: ReturnType<typeof createMemoryStores>;
let objects: ReturnType<typeof createMemoryObjectStore>;
let launcher: ScriptedLauncher;
let logs: GrowingLogs;
let measured: MeasuredRun;

beforeEach(async () => {
  stores = createMemoryStores();
  objects = createMemoryObjectStore();
  launcher = new ScriptedLauncher({ east: 2, west: 1 });
  logs = new GrowingLogs();
  const changes = { phase: 'running', outcome: null, endedAtMs: null, verdict: null } as const;
  measured = await storeMeasuredRun({ ...stores, objects }, { seconds: 5, changes });
  await launcher.launch({ runId: RUN_ID, runFolderUrl: 'memory:///', tasks: [TASK], token: 'one' });
  server = await startServer({ app: { ...stores, objects, launcher, taskLogs: logs } });
});
afterEach(() => server.close(0));

const get = (query = '', task = 'east/1') => server.call(`/api/runs/${RUN_ID}/tasks/${task}/log${query}`);
const keep = (text: string) => objects.put(`runs/${RUN_ID}/artifacts/east/1/task.log`, Buffer.from(text));

/** The run has ended, and whoever ran its tasks has forgotten them. */
async function endRun(kept: string): Promise<void> {
  launcher.end(RUN_ID, TASK, 'exit code 0');
  await keep(kept);
  logs.text = null;
  await launcher.release(RUN_ID);
  const { run } = measured;
  await stores.runs.update({ ...run, version: run.version + 1, phase: 'complete', endedAtMs: run.phaseSinceMs });
}

describe('the log of a task', () => {
  it('is what it has printed so far, but for windows', async () => {
    logs.append(`first\n${WINDOW}second é \u{1f680}\n\n${WINDOW}unfinished`);
    const answer = await get();
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await answer.text()).toBe('first\nsecond é \u{1f680}\n\nunfinished');
  });

  it('can be asked for its last lines', async () => {
    logs.append(Array.from({ length: 1_000 }, (_, i) => `line ${i}\n${WINDOW}`).join(''));
    expect(await (await get('?tailLines=2')).text()).toBe('line 998\nline 999\n');
    expect(await (await get('?tailLines=0')).text()).toBe('');
    expect((await (await get('?tailLines=5000')).text()).split('\n')).toHaveLength(1_001);
  });

  it('is cut where it is too long: to its last 5 MB, and in a line of its own', async () => {
    const line = `${'x'.repeat(999)}\n`;
    logs.append(`${'long'.repeat(20_000)}\n${line.repeat(6_000)}last\n`);
    const whole = await (await get()).text();
    expect(whole.length).toBeLessThanOrEqual(limits.apiBodyBytesMax);
    expect(whole.length).toBeGreaterThan(limits.apiBodyBytesMax - 2_000);
    expect(whole.startsWith(line)).toBe(true);
    expect(whole.endsWith(`${line}last\n`)).toBe(true);
    logs.text = Buffer.from(`${'long'.repeat(20_000)}\nnext\n`);
    expect(await (await get()).text()).toBe(`${'long'.repeat(16_384)}... (14464 characters cut)\nnext\n`);
  });

  it('is read from the artifacts when the run is over', async () => {
    await endRun('kept\nlines\n');
    expect(await (await get()).text()).toBe('kept\nlines\n');
    expect(await (await get('?tailLines=1&follow=true')).text()).toBe('lines\n');
  });

  it('is not there when there is none, or no such task', async () => {
    expect(await problemOf(await get())).toMatchObject({ status: 404, detail: expect.stringContaining('nothing yet') });
    expect((await problemOf(await get('', 'east/2'))).status).toBe(404);
    expect((await problemOf(await get('', 'north/0'))).status).toBe(404);
    expect((await problemOf(await get('', 'east/01x'))).code).toBe('request_invalid');
    expect((await problemOf(await get('', 'EAST/0'))).code).toBe('request_invalid');
  });

  it.each(['follow=1', 'follow=', 'tailLines=-1', 'tailLines=100001', 'lines=3'])(
    'is refused for %s',
    async (query) => {
      expect((await problemOf(await get(`?${query}`))).code).toBe('request_invalid');
    },
  );
});

/** What comes, as text, piece by piece. */
async function* piecesOf(answer: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of answer.body ?? []) yield decoder.decode(piece, { stream: true });
}

async function readUntil(pieces: AsyncGenerator<string>, end: string): Promise<string> {
  let text = '';
  while (!text.endsWith(end)) {
    const { done, value } = await pieces.next();
    if (done) throw new Error(`it ended after: ${text}`);
    text += value;
  }
  return text;
}

/** Nobody reads the log any more: whoever follows it looks several times in this time. */
async function isQuiet(): Promise<boolean> {
  const { reads } = logs;
  await new Promise((resolve) => setTimeout(resolve, 700));
  return logs.reads === reads;
}

describe('a log that is followed', () => {
  it('goes on as it grows, and ends with its task', async () => {
    logs.append('old\nfirst\n');
    const pieces = piecesOf(await get('?follow=true&tailLines=1'));
    expect(await readUntil(pieces, 'first\n')).toBe('first\n');
    logs.append(`${WINDOW}second\nthi`);
    expect(await readUntil(pieces, 'second\n')).toBe('second\n');
    logs.append('rd\n');
    expect(await readUntil(pieces, 'third\n')).toBe('third\n');
    logs.append('last words');
    launcher.end(RUN_ID, TASK, 'exit code 1');
    expect(await readUntil(pieces, 'words')).toBe('last words');
    expect((await pieces.next()).done).toBe(true);
  });

  it('loses nothing when it is forgotten before its end was read', async () => {
    logs.append('first\nsec');
    const pieces = piecesOf(await get('?follow=true'));
    expect(await readUntil(pieces, 'first\n')).toBe('first\n');
    await endRun('first\nsecond\nthird\n');
    expect(await readUntil(pieces, 'third\n')).toBe('second\nthird\n');
    expect((await pieces.next()).done).toBe(true);
  });

  it('may be asked for before the task prints anything', async () => {
    const answering = get('?follow=true');
    await expect.poll(() => logs.reads).toBeGreaterThan(2);
    logs.append('at last\n');
    launcher.end(RUN_ID, TASK, 'exit code 0');
    expect(await (await answering).text()).toBe('at last\n');
  });

  it('is let go of as soon as the client goes', async () => {
    logs.append('first\n');
    const connections = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const connection = await openConnection(server.port);
        const path = `/api/runs/${RUN_ID}/tasks/east/1/log?follow=true`;
        connection.send(`GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${server.token}\r\n\r\n`);
        await connection.received('first\n');
        return connection;
      }),
    );
    for (const { socket } of connections) socket.destroy();
    await expect.poll(isQuiet, { timeout: 20_000 }).toBe(true);
    expect(server.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('waits for a client that does not read', async () => {
    const connection = await openConnection(server.port);
    logs.append(`${'x'.repeat(100)}\n`);
    const path = `/api/runs/${RUN_ID}/tasks/east/1/log?follow=true`;
    connection.send(`GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${server.token}\r\n\r\n`);
    await connection.received('xxx\n');
    connection.socket.pause();
    logs.append(`${'y'.repeat(999)}\n`.repeat(60_000));
    await expect.poll(() => logs.reads, { timeout: 20_000 }).toBeGreaterThan(5);
    await expect.poll(isQuiet, { timeout: 20_000 }).toBe(true);
    expect(logs.reads).toBeLessThan(150);
    connection.socket.destroy();
  });

  it('is asked for again and again by those who follow it, where answers arrive whole', async () => {
    await server.close(0);
    server = await startServer({ app: { ...stores, objects, launcher, taskLogs: logs, collectsAnswers: true } });
    const told = async () => {
      const answer = await get('?follow=true&tailLines=2');
      return [answer.status, await answer.text(), answer.headers.get('refresh')];
    };
    expect(await told()).toEqual([200, '', '3']);
    logs.append('first\nsecond\nthird\nhalf');
    expect(await told()).toEqual([200, 'third\nhalf', '3']);
    expect((await get()).headers.get('refresh')).toBeNull();
    launcher.end(RUN_ID, TASK, 'exit code 0');
    expect(await told()).toEqual([200, 'third\nhalf', null]);
  });
});
