/**
 * Who watches which run. What is published goes to everybody who has subscribed, except to those whose connection is behind: they get
 * fewer messages, and nobody waits for them.
 */
import type { Client } from 'aedes';
import { liveTopic } from '../../core/live/live-message.ts';

export interface ViewerLimits {
  /** Bytes on their way to a viewer above which it gets no more until they have arrived. */
  behindBytes: number;
  subscriptionsMax: number;
}

interface Topic {
  runId: string;
  /** `+`: all of them. */
  region: string;
}

/** A connection that may watch. */
export class Viewer {
  readonly #client: Client;
  readonly #limits: ViewerLimits;
  readonly #topics = new Map<string, Topic>();
  #pendingBytes = 0;
  /** Messages that it did not get because it was behind. */
  dropped = 0;

  constructor(client: Client, limits: ViewerLimits) {
    this.#client = client;
    this.#limits = limits;
  }

  /** False when it has too many subscriptions. */
  hasRoomFor(filter: string): boolean {
    return this.#topics.has(filter) || this.#topics.size < this.#limits.subscriptionsMax;
  }

  subscribe(filter: string, topic: Topic): void {
    this.#topics.set(filter, topic);
  }

  unsubscribe(filter: string): void {
    this.#topics.delete(filter);
  }

  watches(runId: string, region?: string): boolean {
    for (const topic of this.#topics.values()) {
      if (topic.runId === runId && (region === undefined || topic.region === '+' || topic.region === region))
        return true;
    }
    return false;
  }

  send(runId: string, region: string, payload: Uint8Array): void {
    const { conn } = this.#client;
    if (this.#pendingBytes + conn.writableLength > this.#limits.behindBytes) {
      this.dropped++;
      return;
    }
    this.#pendingBytes += payload.length;
    // Called back when its connection has room again, or has ended.
    this.#client.publish(
      {
        cmd: 'publish',
        topic: liveTopic(runId, region),
        payload: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
        qos: 0,
        retain: false,
        dup: false,
      },
      () => {
        this.#pendingBytes -= payload.length;
      },
    );
  }
}
