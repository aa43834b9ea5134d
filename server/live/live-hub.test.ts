import { beforeEach, describe, expect, it } from 'vitest';
import { decodeLiveMessage, type LiveMessage } from '../../core/live/live-message.ts';
import type { LiveWindow } from '../../core/run-folder/window-line.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { LiveHub } from './live-hub.ts';

const GO_AT_MS = 1_000_000;
const run = {
  id: 'run-1',
  goAtMs: GO_AT_MS,
  regions: [
    { name: 'east', tasks: 2 },
    { name: 'west', tasks: 1 },
  ],
};

function window(region: string, task: number, seq: number, ms = 5): LiveWindow {
  const total = new Statistics();
  total.requests = 10;
  total.plannedStarts = 10;
  total.failures = 1;
  total.concurrencyMax = 3;
  for (let i = 0; i < 10; i++) total.serviceTime.record(ms * 1_000);
  total.countCode(200, 9);
  total.countError({ type: 'timeout', message: '', count: 1, example: null });
  const labels = [{ label: 'home', requests: 10, failures: 1, sumUs: ms * 10_000 }];
  return { region, task, seq, second: seq, seconds: 1, total, labels };
}

describe('making live messages', () => {
  let published: LiveMessage[];
  let nowMs: number;
  let hub: LiveHub;
  beforeEach(() => {
    published = [];
    nowMs = GO_AT_MS + 1_100;
    hub = new LiveHub(
      (runId, _region, payload) => {
        expect(runId).toBe('run-1');
        published.push(decodeLiveMessage(payload));
      },
      () => nowMs,
    );
  });

  it('publishes a region at once when all of its tasks have told', () => {
    hub.add(run, window('east', 0, 0));
    expect(published).toEqual([]);
    hub.add(run, window('east', 1, 0, 50));
    const message = published[0] as LiveMessage;
    expect(message).toMatchObject({ region: 'east', second: 0, seconds: 1, tasks: [0, 1], taskRequests: [10, 10] });
    expect(message.total).toMatchObject({ requests: 20, failures: 2, concurrencyMax: 6 });
    expect(message.total.serviceTime.percentileUs(99)).toBe(50_000);
    expect(message.total.codes.get(200)).toBe(18);
    expect([...message.total.errors.values()]).toMatchObject([{ type: 'timeout', count: 2 }]);
    expect(message.labels.get('home')).toMatchObject({ requests: 20, failures: 2 });
    hub.add(run, window('west', 0, 0));
    expect(published.map(({ region }) => region)).toEqual(['east', 'west']);
  });

  it('waits a little for the others, and tells again when they come', () => {
    hub.add(run, window('east', 1, 0));
    hub.flush();
    expect(published).toEqual([]);
    nowMs += 300;
    hub.flush();
    hub.flush();
    expect(published).toMatchObject([{ tasks: [1], total: { requests: 10 } }]);
    hub.add(run, window('east', 0, 0));
    expect(published[1]).toMatchObject({ tasks: [0, 1], total: { requests: 20 } });
  });

  it('counts a window once', () => {
    hub.add(run, window('east', 0, 0));
    hub.add(run, window('east', 0, 0));
    hub.add(run, window('east', 1, 0));
    expect(published).toMatchObject([{ total: { requests: 20 } }]);
    hub.add(run, window('east', 1, 0));
    expect(published).toHaveLength(1);
  });

  it('keeps the last messages, each interval once, for a while', () => {
    for (const seq of [0, 1, 2]) for (const task of [0, 1]) hub.add(run, window('east', task, seq));
    hub.add(run, window('west', 0, 1));
    const seconds = (region: string) =>
      hub.recent('run-1', region).map(({ payload }) => decodeLiveMessage(payload).second);
    expect(seconds('east')).toEqual([0, 1, 2]);
    expect(seconds('+')).toEqual([0, 1, 1, 2]);
    expect(seconds('north')).toEqual([]);
    nowMs = GO_AT_MS + 92_500;
    hub.flush();
    expect(seconds('+')).toEqual([2]);
    hub.end('run-1');
    expect(seconds('+')).toEqual([]);
  });

  it('publishes nothing of long ago, and what is left when the run ends', () => {
    nowMs = GO_AT_MS + 600_000;
    hub.add(run, window('west', 0, 0));
    expect(published).toEqual([]);
    hub.add(run, window('east', 0, 599));
    hub.end('run-1');
    expect(published).toMatchObject([{ second: 599, tasks: [0] }]);
  });

  it('holds only the last intervals open', () => {
    hub.add(run, window('east', 0, 0));
    hub.add(run, window('east', 0, 10));
    hub.flush();
    expect(published).toMatchObject([{ second: 0, tasks: [0] }]);
    hub.add(run, window('east', 1, 0));
    expect(published).toHaveLength(1);
  });
});
