import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeWindowLine } from '../../core/run-folder/window-line.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { createMemoryStores } from '../adapters/memory/memory-stores.ts';
import { sampleRun } from '../ports/fixtures/sample-rows.ts';
import type { TaskLogs } from '../ports/task-logs.ts';
import { type FollowedRuns, followRuns } from './follow-runs.ts';

function windowLine(task: number, requests: number): string {
  const total = new Statistics();
  total.requests = requests;
  total.concurrencyMax = 2;
  for (let i = 0; i < requests; i++) total.serviceTime.record(5_000);
  return `${encodeWindowLine({ id: { region: 'eu', task }, seq: 0, second: 0, seconds: 1, total, labels: [] })}\n`;
}

describe('following all runs', () => {
  let followed: FollowedRuns;
  const stores = createMemoryStores();
  const logs = new Map<string, string>();
  const log = vi.fn();
  const taskLogs: TaskLogs = {
    async read(runId, { task }, fromByte) {
      const text = logs.get(`${runId}/${task}`);
      if (text === 'broken') throw new Error('no such disk');
      return text === undefined ? null : Buffer.from(text).subarray(fromByte);
    },
  };
  beforeEach(async () => {
    const regions = [{ name: 'eu', tasks: 2, share: 1 }];
    const running = { phase: 'running' as const, goAtMs: 1_000, regions };
    await stores.runs.create(sampleRun({ id: 'run-1', ...running }));
    await stores.runs.create(sampleRun({ id: 'run-2', ...running }));
    await stores.runs.create(sampleRun({ id: 'run-3' }));
    logs.set('run-1/0', windowLine(0, 10));
    logs.set('run-1/1', windowLine(1, 5));
    logs.set('run-2/0', 'broken');
    followed = followRuns({ runs: stores.runs, taskLogs, log }, (runId) => (runId === 'run-1' ? 2 : 0));
  });
  afterEach(() => followed.stop());

  it('tells what each does now, until it ends', async () => {
    await vi.waitFor(() => expect(followed.liveOf('run-1')).toMatchObject({ requests: 15 }), 20_000);
    expect(followed.liveOf('run-1')).toMatchObject({ second: 0, requestsPerSecond: 15, failures: 0, tasksReady: 2 });
    expect(log).toHaveBeenCalled();
    for (const other of ['run-2', 'run-3', 'run-x']) expect(followed.liveOf(other)).toBeNull();
    await stores.runs.update(sampleRun({ id: 'run-1', version: 2, phase: 'complete', goAtMs: 1_000 }));
    await vi.waitFor(() => expect(followed.liveOf('run-1')).toBeNull(), { timeout: 20_000 });
  });
});
