import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskId } from '../../../core/plan/plan.ts';
import { newToken } from '../../security/token.ts';
import { type ServedFolder, serveRunFolder } from '../fixtures/serve-run-folder.ts';

const EXPIRES_AT = '2026-01-31T12:00:00.000Z';
const credentials = { accessKeyId: 'ASIA', secretAccessKey: 'key-of-task', sessionToken: 'session' };
let asked: [string, TaskId][];
let folder: ServedFolder;
beforeEach(async () => {
  asked = [];
  const credentialsOf = async (runId: string, task: TaskId) => {
    asked.push([runId, task]);
    return { ...credentials, expiresAtMs: Date.parse(EXPIRES_AT) };
  };
  folder = await serveRunFolder({ taskAccess: { credentialsOf }, secrets: { KEY: 'value-of-key' } });
});
afterEach(() => folder.server.close(0));

const task = { region: 'eu', task: 1 };

function ask(body: unknown, { token = folder.token, at = folder }: { token?: string | null; at?: ServedFolder } = {}) {
  return fetch(`${at.url}access`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
const codeOf = async (answer: Response) => `${answer.status} ${((await answer.json()) as { code: string }).code}`;

describe('the access of a task to its folder in S3', () => {
  it('is credentials of this one task, and the secrets of the run', async () => {
    const answer = await ask(task);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { credentials: { ...credentials, expiresAt: EXPIRES_AT }, secrets: { KEY: 'value-of-key' } },
    ]);
    expect(asked).toEqual([['run-1', task]]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    // By it tasks measure how far their clocks are off.
    expect(Number(answer.headers.get('loadstar-time-ms'))).toBeGreaterThan(0);
    const logged = JSON.stringify(folder.server.logged);
    for (const secret of ['key-of-task', 'value-of-key', folder.token]) expect(logged).not.toContain(secret);
  });

  it('is only for the tasks of the run', async () => {
    for (const other of [
      { region: 'eu', task: 2 },
      { region: 'us', task: 0 },
    ]) {
      expect(await codeOf(await ask(other))).toBe('403 forbidden');
    }
    for (const token of [null, newToken('lsr'), folder.server.token]) {
      expect(await codeOf(await ask(task, { token }))).toBe('401 unauthenticated');
      // Nobody else is told what would be wrong with it.
      expect(await codeOf(await ask('{', { token }))).toBe('401 unauthenticated');
    }
    expect(asked).toEqual([]);
  });

  it.each([
    ['{}', '422 body_invalid'],
    ['{"region": "eu", "task": -1}', '422 body_invalid'],
    ['{"region": "eu", "task": "1"}', '422 body_invalid'],
    ['{"region": "../run-2", "task": 1}', '422 body_invalid'],
    ['{"region": "eu", "task": 1, "more": 1}', '422 body_invalid'],
    ['{', '400 request_invalid'],
    [JSON.stringify({ region: 'eu', task: 1, more: 'x'.repeat(10_000) }), '413 body_too_large'],
  ])('is not asked for by %.40s', async (body, code) => {
    expect(await codeOf(await ask(body))).toBe(code);
    expect(asked).toEqual([]);
  });

  it('ends with the run', async () => {
    const run = await folder.runs.get('run-1');
    if (run === null) throw new Error('no run');
    expect((await ask(task)).status).toBe(200);
    await folder.runs.update({ ...run, version: run.version + 1, phase: 'cancelled' });
    expect(await codeOf(await ask(task))).toBe('409 run_state_conflict');
    expect(asked).toHaveLength(1);
  });

  it('is not there where tasks reach their folder in another way', async () => {
    const other = await serveRunFolder();
    try {
      expect(await codeOf(await ask(task, { at: other, token: other.token }))).toBe('404 not_found');
    } finally {
      await other.server.close(0);
    }
  });
});
