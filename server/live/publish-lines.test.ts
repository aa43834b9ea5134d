import { beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeLiveMessage, type LiveMessage } from '../../core/live/live-message.ts';
import { encodeWindowLine } from '../../core/run-folder/window-line.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { type PrintedLine, publishLines } from './publish-lines.ts';

const NOW_MS = 1_800_000_000_000;

function line(
  run: string | null,
  task: number,
  seq: number,
  { region = 'eu-west-1', ageMs = 2_000 } = {},
): PrintedLine {
  const total = new Statistics();
  total.requests = 3;
  for (let i = 0; i < 3; i++) total.serviceTime.record(5_000);
  const text = encodeWindowLine({ id: { region, task }, run, seq, second: seq, seconds: 1, total, labels: [] });
  return { text, atMs: NOW_MS - ageMs };
}

describe('lines that tasks printed', () => {
  const log = vi.fn();
  let published: { runId: string; region: string; message: LiveMessage }[];
  let failing: (runId: string) => boolean;
  beforeEach(() => {
    log.mockClear();
    published = [];
    failing = () => false;
  });
  const publish = (lines: PrintedLine[], signal = new AbortController().signal) =>
    publishLines(
      {
        channel: {
          async publish(runId, region, payload) {
            if (failing(runId)) throw new Error('throttled');
            published.push({ runId, region, message: decodeLiveMessage(payload) });
          },
        },
        log,
        nowMs: () => NOW_MS,
      },
      { lines, region: 'eu-west-1', signal },
    );

  it('go to those who watch their run, those of one second together', async () => {
    const lines = [
      line('run-1', 0, 4),
      line('run-2', 0, 4),
      line('run-1', 1, 4),
      line('run-1', 0, 5),
      line('run-1', 0, 4),
    ];
    expect(await publish(lines)).toEqual({ messages: 3, failed: 0, skippedLines: 0 });
    const told = published.map(({ runId, region, message }) => [runId, region, message.second, message.tasks]);
    expect(told).toEqual([
      ['run-1', 'eu-west-1', 4, [0, 1]],
      ['run-1', 'eu-west-1', 5, [0]],
      ['run-2', 'eu-west-1', 4, [0]],
    ]);
  });

  it('that are none of a named run, of another region or old are left out', async () => {
    const lines = [
      line(null, 0, 0),
      line('run-1', 0, 0, { region: 'us-east-1' }),
      line('run-1', 0, 1, { ageMs: 90_001 }),
      { text: '{"type":"window","run":"../x"}', atMs: NOW_MS },
      { text: 'Segmentation fault', atMs: NOW_MS },
      { text: '', atMs: NOW_MS },
    ];
    expect(await publish(lines)).toEqual({ messages: 0, failed: 0, skippedLines: 6 });
    expect(published).toEqual([]);
  });

  it('are counted when some could not be sent, and it fails when none could', async () => {
    failing = (runId) => runId === 'run-1';
    expect(await publish([line('run-1', 0, 0), line('run-2', 0, 0)])).toMatchObject({ messages: 1, failed: 1 });
    expect(log).toHaveBeenCalledWith('warn', expect.any(String), expect.objectContaining({ failed: 1 }));
    await expect(publish([line('run-1', 0, 0), line('run-1', 0, 1)])).rejects.toThrow('throttled');
  });

  it('are not sent any more when the time is over', async () => {
    const stopped = AbortSignal.abort(new Error('the time is over'));
    await expect(publish([line('run-1', 0, 0)], stopped)).rejects.toThrow('the time is over');
    expect(published).toEqual([]);
  });
});
