/**
 * What a protocol is to the engine: each lives in its own folder, compiles requests before the load starts, and gives every user a
 * client of its own.
 */
import type { Failure } from '../failure.ts';

/** What became of a request. The client's own object: valid during `onEnded` only. Instants are milliseconds of `performance.now()`. */
export interface Exchange {
  /** When the request, the first one of a chain of redirects, was sent (or its connection begun). */
  readonly sentAtMs: number;
  /** When the first byte of the last response came; negative without any. */
  readonly firstByteAtMs: number;
  readonly endedAtMs: number;
  /** Time to open connections, TCP and TLS together; negative when none was opened. */
  readonly connectMs: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Response code of the last response; 0 without any. */
  readonly code: number;
  /** What broke the exchange; null when a whole response came, whatever its code. */
  readonly failure: Failure | null;
  /** The response's head as text; only when an assertion of the request needs it. */
  headText(): string;
  /** The response's body; only when an assertion of the request needs it. */
  body(): BodyText;
  /** The beginning of the response, as far as it is still known: for examples of errors. */
  responseStart(): string;
}

export interface BodyText {
  text: string;
  /** There is more than `text` holds; what is not found in it may still be there. */
  isCut: boolean;
  /** Why there is no text; null when there is. */
  problem: string | null;
}

export interface ExchangeListener {
  /** Never called from within `begin`. May begin the next request. */
  onEnded(exchange: Exchange): void;
}

/** A user's side of a protocol: one request at a time. Owns the user's connections. */
export interface Client<Request> {
  /** Sends a request; `nowMs` becomes its sent instant. */
  begin(request: Request, nowMs: number): void;
  /** Ends the request under way as timed out; `onEnded` is called. */
  timeOut(nowMs: number): void;
  /** Drops the request under way, if any, without a word, and closes all connections. */
  close(): void;
}
