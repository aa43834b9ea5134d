import { describe, expect, it } from 'vitest';
import type { TaskLogs } from '../ports/task-logs.ts';
import { LogTail } from './log-tail.ts';

/** A log that grows; `chunkBytes` limits what a read gives, as a busy disk may. */
function growingLog(chunkBytes = 1_000_000) {
  let content = Buffer.alloc(0);
  let isThere = false;
  const logs: TaskLogs = {
    async read(_runId, _id, fromByte, bytesMax) {
      return isThere ? content.subarray(fromByte, fromByte + Math.min(bytesMax, chunkBytes)) : null;
    },
  };
  const write = (text: string) => {
    isThere = true;
    content = Buffer.concat([content, Buffer.from(text)]);
  };
  return { tail: new LogTail(logs, 'run-1', { region: 'east', task: 0 }), write };
}

describe('following a log', () => {
  it('gives finished lines only, each once', async () => {
    const { tail, write } = growingLog();
    expect(await tail.next()).toEqual([]);
    write('one\ntw');
    expect(await tail.next()).toEqual(['one']);
    expect(await tail.next()).toEqual([]);
    write('o\n\nthree\n');
    expect(await tail.next()).toEqual(['two', '', 'three']);
    expect(await tail.next()).toEqual([]);
  });

  it('puts characters together that were cut in two', async () => {
    const { tail, write } = growingLog(1);
    write('aé🚀\n');
    const lines: string[] = [];
    for (let i = 0; i < 12; i++) lines.push(...(await tail.next()));
    expect(lines).toEqual(['aé🚀']);
  });

  it('skips a line that is endless, and goes on behind it', async () => {
    const { tail, write } = growingLog();
    const lines: string[] = [];
    for (let i = 0; i < 5; i++) {
      write('x'.repeat(50_000));
      lines.push(...(await tail.next()));
    }
    write('\nafter\n');
    lines.push(...(await tail.next()));
    expect(lines).toEqual(['after']);
  });
});
