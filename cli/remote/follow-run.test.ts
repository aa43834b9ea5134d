import { afterEach, describe, expect, it } from 'vitest';
import type { RunResource } from '../../core/api/runs.ts';
import { createApiClient } from '../client/api-client.ts';
import { createHttp } from '../client/http.ts';
import { type AnsweringServer, answerJson, startAnswering } from '../fixtures/answering-server.ts';
import { sampleRun as run } from '../fixtures/api-resources.ts';
import { statusParts } from '../progress/status-parts.ts';
import { createStyle } from '../terminal/style.ts';
import { followRun, progressOf } from './follow-run.ts';

const words = (change: Partial<RunResource>) =>
  statusParts(
    progressOf({ ...run, ...change }, Date.parse('2026-01-01T00:00:15.000Z')),
    createStyle({ colours: false, unicode: true }),
  ).join(', ');

describe('the progress of a run on a server', () => {
  it('is that of its clock, whatever this one says', () => {
    const progress = progressOf(run, Date.parse('2026-01-01T00:00:15.000Z'));
    expect(progress).toMatchObject({ tasksPlanned: 5, tasksReady: 5, elapsedSeconds: 5, requestsSoFar: 100 });
    expect(words({})).toBe('25.0 req/s, 2 errors (2.00%), p95 12.0 ms, 7 users, 100 requests');
  });

  it('says only what is known', () => {
    const early = { live: null, goAt: null };
    expect(words({ ...early, phase: 'queued', queue: { position: 0, waitingFor: 'room in eu\u001b[2J' } })).toBe(
      'waits for room in eu',
    );
    expect(words({ ...early, phase: 'queued', queue: { position: 3, waitingFor: 'x' } })).toBe(
      'waits for the 3 runs before it',
    );
    expect(words({ ...early, phase: 'queued', queue: null })).toBe('waits for free capacity');
    expect(words({ ...early, phase: 'provisioning' })).toBe('5 tasks to start');
    expect(words({ ...early, phase: 'parsing results' })).toBe('results of 5 tasks');
  });
});

describe('following', () => {
  let server: AnsweringServer;
  afterEach(() => server.close());

  it('goes on when the server was away for a moment', async () => {
    server = await startAnswering((_, response) => {
      const { length } = server.asked;
      if (length === 2) response.destroy();
      else if (length === 3) response.writeHead(503).end();
      else
        answerJson(response, length > 3 ? { ...run, phase: 'complete', verdict: 'none' } : { ...run, phase: 'queued' });
    });
    const troubles: string[] = [];
    const phases: string[] = [];
    const client = createApiClient(createHttp({ server: server.url, token: null }));
    const ended = await followRun(client, 'run-1', {
      onProgress: ({ phase }) => phases.push(phase),
      onTrouble: (text) => troubles.push(text),
    });
    expect(ended.phase).toBe('complete');
    expect(phases).toEqual(['queued', 'complete']);
    expect(troubles).toHaveLength(2);
    for (const text of troubles) expect(text).toMatch(/cannot be reached.*Trying again; the run goes on/);
  });
});
