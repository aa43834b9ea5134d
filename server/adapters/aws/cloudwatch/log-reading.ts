/**
 * A log stream of CloudWatch read as one text: its events in order, each a line. CloudWatch has tokens and times to go on from, but no positions; so whoever reads
 * on is remembered, and a place that nobody is at is found by reading from the start.
 */
import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { WINDOW_LINE_START } from '../../../../core/run-folder/window-line.ts';
import { createMutex } from '../../mutex.ts';
import { otherLinesPattern } from '../layout/live.ts';

/** At its end the stream is asked again after so long: an account may ask five times a second, for all who read. */
const ASKED_AGAIN_MS = 2_000;

export interface LogStream {
  client: Pick<CloudWatchLogsClient, 'send'>;
  logGroupName: string;
  logStreamName: string;
}

export class LogReading {
  readonly #stream: LogStream;
  readonly #nowMs: () => number;
  readonly #oneAtATime = createMutex();
  /** What is held of the text begins at this byte. */
  #fromByte = 0;
  #held = Buffer.alloc(0);
  /** Where the pages that are being read begin, epoch milliseconds. */
  #pagesFromMs = 0;
  #nextToken: string | undefined;
  /** The newest event so far; those of the same millisecond come again when it is asked for what follows. */
  #newestMs = 0;
  readonly #newestIds = new Set<string>();
  #askAtMs = Number.NEGATIVE_INFINITY;

  constructor(stream: LogStream, nowMs: () => number) {
    this.#stream = stream;
    this.#nowMs = nowMs;
  }

  /** So far there was nothing to read. */
  get isEmpty(): boolean {
    return this.#fromByte === 0 && this.#held.length === 0;
  }

  /** It can go on from there without beginning anew. */
  holds(byte: number): boolean {
    return byte >= this.#fromByte && byte <= this.#fromByte + this.#held.length;
  }

  /**
   * Empty when there is no more by now; null when somebody else, who was first, has read on beyond `fromByte`. What lies before it is forgotten. Throws
   * what the SDK throws.
   */
  read(fromByte: number, bytesMax: number): Promise<Uint8Array | null> {
    return this.#oneAtATime(async () => {
      if (fromByte < this.#fromByte) return null;
      for (let isWhole = false; ; ) {
        const skipped = Math.min(this.#held.length, fromByte - this.#fromByte);
        this.#held = this.#held.subarray(skipped);
        this.#fromByte += skipped;
        if (this.#held.length > 0) return this.#held.subarray(0, bytesMax);
        if (isWhole || this.#nowMs() < this.#askAtMs) return this.#held;
        isWhole = await this.#readOn();
      }
    });
  }

  /** True at the end, as it is now. */
  async #readOn(): Promise<boolean> {
    const { client, logGroupName, logStreamName } = this.#stream;
    const { events = [], nextToken } = await client.send(
      new FilterLogEventsCommand({
        logGroupName,
        logStreamNames: [logStreamName],
        filterPattern: otherLinesPattern,
        ...(this.#pagesFromMs > 0 && { startTime: this.#pagesFromMs }),
        ...(this.#nextToken !== undefined && { nextToken: this.#nextToken }),
      }),
    );
    const lines: string[] = [];
    for (const { eventId = '', message = '', timestamp = 0 } of events) {
      if (this.#newestIds.has(eventId)) continue;
      if (timestamp > this.#newestMs) this.#newestIds.clear();
      this.#newestMs = Math.max(this.#newestMs, timestamp);
      this.#newestIds.add(eventId);
      if (!message.startsWith(WINDOW_LINE_START)) lines.push(`${message}\n`);
    }
    this.#held = Buffer.concat([this.#held, Buffer.from(lines.join(''))]);
    this.#nextToken = nextToken;
    if (nextToken !== undefined) return false;
    this.#pagesFromMs = this.#newestMs;
    this.#askAtMs = this.#nowMs() + ASKED_AGAIN_MS;
    return true;
  }
}
