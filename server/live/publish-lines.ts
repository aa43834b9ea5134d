/** What tasks of many runs printed lately, told to those who watch these runs. */
import { type LiveWindow, parseWindowLine } from '../../core/run-folder/window-line.ts';
import { LIVE_PAYLOAD_BYTES_MAX, type LiveChannel } from '../ports/live-channel.ts';
import type { Log } from '../ports/log.ts';
import { mergeWindows } from './merge-windows.ts';

/** What was printed longer ago is told by the merged series. */
const AGE_MS_MAX = 90_000;
/** Messages on their way at once. */
const AT_ONCE = 16;

export interface PrintedLine {
  text: string;
  /** Epoch milliseconds. */
  atMs: number;
}

export interface PublishedLines {
  messages: number;
  /** Messages that the channel did not take. */
  failed: number;
  /** Lines that are no window of a named run, or came too late. */
  skippedLines: number;
}

/**
 * Windows of one run and second become one message. `region`: whose tasks printed the lines; one that says another is not believed. Throws the first reason
 * when the channel took none of them: then something is wrong with the channel. What `signal` breaks off counts as failed.
 */
export async function publishLines(
  { channel, log, nowMs }: { channel: LiveChannel; log: Log; nowMs(): number },
  { lines, region, signal }: { lines: readonly PrintedLine[]; region: string; signal: AbortSignal },
): Promise<PublishedLines> {
  const runs = new Map<string, LiveWindow[]>();
  let skippedLines = 0;
  for (const { text, atMs } of lines) {
    const window = atMs < nowMs() - AGE_MS_MAX ? null : parseWindowLine(text);
    if (window?.run === undefined || window.region !== region) skippedLines++;
    else {
      const windows = runs.get(window.run) ?? [];
      runs.set(window.run, windows);
      windows.push(window);
    }
  }
  const messages = [...runs].flatMap(([runId, windows]) =>
    mergeWindows(windows, LIVE_PAYLOAD_BYTES_MAX).map(({ payload }) => ({ runId, payload })),
  );
  const failures: unknown[] = [];
  for (let start = 0; start < messages.length; start += AT_ONCE) {
    const sent = messages.slice(start, start + AT_ONCE).map(async ({ runId, payload }) => {
      signal.throwIfAborted();
      await channel.publish(runId, region, payload, signal);
    });
    for (const result of await Promise.allSettled(sent)) if (result.status === 'rejected') failures.push(result.reason);
  }
  const counts = { messages: messages.length - failures.length, failed: failures.length, skippedLines };
  if (failures.length > 0) log('warn', 'live data was not taken', { ...counts, error: failures[0] });
  if (failures.length > 0 && counts.messages === 0) throw failures[0];
  return counts;
}
