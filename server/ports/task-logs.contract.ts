/** What every place that keeps what tasks print must do. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TaskLogs } from './task-logs.ts';

export interface TaskLogsUnderTest {
  logs: TaskLogs;
  /** The task prints these lines. */
  print(runId: string, id: { region: string; task: number }, lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const id = { region: 'east', task: 3 };
const WINDOW = '{"type":"window","run":"run-1","region":"east","task":3,"total":{"unfinishedRequests":0}}';

export function describeTaskLogs(name: string, open: () => Promise<TaskLogsUnderTest>): void {
  describe(`task logs (${name})`, () => {
    let under: TaskLogsUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under?.close());

    /** From there on, in pieces of so many bytes, up to the end as it is now; without windows. */
    async function readFrom(fromByte: number, bytesMax: number): Promise<{ text: string; end: number } | null> {
      const pieces: Uint8Array[] = [];
      for (let at = fromByte; ; ) {
        const piece = await under.logs.read('run-1', id, at, bytesMax);
        if (piece === null) return null;
        expect(piece.length).toBeLessThanOrEqual(bytesMax);
        if (piece.length === 0) {
          const text = Buffer.concat(pieces).toString();
          return { text: text.replaceAll(`${WINDOW}\n`, ''), end: at };
        }
        at += piece.length;
        pieces.push(Buffer.from(piece));
      }
    }

    it('have none of a task that has not printed', async () => {
      await under.print('run-1', { region: 'east', task: 4 }, ['other']);
      await under.print('run-2', id, ['other']);
      expect(await under.logs.read('run-1', id, 0, 100)).toBeNull();
      expect(await under.logs.read('run-x', { region: 'nowhere', task: 3 }, 0, 100)).toBeNull();
    });

    it('give what was printed, byte by byte or all at once', async () => {
      const lines = ['{"level":"info","message":"Grüße"}', '', 'Segmentation fault'];
      await under.print('run-1', id, [lines[0] ?? '', WINDOW, ...lines.slice(1)]);
      const text = `${lines.join('\n')}\n`;
      expect((await readFrom(0, 1_000))?.text).toBe(text);
      expect((await readFrom(0, 7))?.text).toBe(text);
      const whole = Buffer.from(text);
      const line = Buffer.byteLength(`${lines[0]}\n`);
      expect(Buffer.from((await under.logs.read('run-1', id, 2, 5)) ?? [])).toEqual(whole.subarray(2, 7));
      expect(Buffer.from((await under.logs.read('run-1', id, 0, line)) ?? [])).toEqual(whole.subarray(0, line));
    });

    it('go on where somebody was, missing nothing and giving nothing twice', async () => {
      let all = '';
      let seen = '';
      let at = 0;
      for (const round of [1, 2, 3]) {
        const lines = Array.from({ length: 40 }, (_, i) => `{"message":"line ${round}-${i}"}`);
        await under.print('run-1', id, [...lines, WINDOW]);
        all += lines.map((line) => `${line}\n`).join('');
        await vi.waitFor(
          async () => {
            const more = await readFrom(at, 300);
            seen += more?.text ?? '';
            at = more?.end ?? at;
            expect(seen).toBe(all);
          },
          { timeout: 20_000, interval: 100 },
        );
      }
      expect((await readFrom(0, 10_000))?.text).toBe(all);
    });

    it('serve several readers at once', async () => {
      const lines = Array.from({ length: 200 }, (_, i) => `{"message":"line ${i}"}`);
      await under.print('run-1', id, lines);
      const texts = await Promise.all([readFrom(0, 100), readFrom(0, 1_000), readFrom(0, 50)]);
      for (const read of texts) expect(read?.text).toBe(lines.map((line) => `${line}\n`).join(''));
    });
  });
}
