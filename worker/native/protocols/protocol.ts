/**
 * What a protocol is to the engine: each lives in its own folder, compiles requests before the load starts, and gives every user a
 * client of its own.
 */
import type { Failure } from '../failure.ts';

/** A response, as those see it who look into it. */
export interface ResponseView {
  /** 0 without any. */
  readonly code: number;
  readonly url: string;
  /** Status line and headers; only when the request needs them. */
  headText(): string;
  /** The body, decoded, or as much of it as is kept; only when the request needs it. */
  bodyText(): string;
  /** Why the text may not be all of the body; null when it is. */
  readonly bodyProblem: string | null;
}

/** What became of a request. The client's own object: valid during `onEnded` only. Instants are milliseconds of `performance.now()`. */
export interface Exchange extends ResponseView {
  /** When the request, the first one of a chain of redirects, was sent (or its connection begun). */
  readonly sentAtMs: number;
  /** When the first byte of the last response came; negative without any. */
  readonly firstByteAtMs: number;
  readonly endedAtMs: number;
  /** Time to resolve host names, to open connections, and for their TLS handshakes; each is negative when there was none. */
  readonly resolveMs: number;
  readonly connectMs: number;
  readonly tlsMs: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Response code of the last response; 0 without any. */
  readonly code: number;
  /** Url of the last response. */
  readonly url: string;
  /** A fresh copy was at hand: no request was sent, and there is no sample, no response to look into. */
  readonly isFromCache: boolean;
  /** Embedded resources that were requested too, in the order of the document; only when the request needs them. */
  readonly children: readonly ResponseView[];
  /** What broke the exchange; null when a whole response came, whatever its code. */
  readonly failure: Failure | null;
  /** The beginning of the response, as far as it is still known: for examples of errors. */
  responseStart(): string;
}

export interface ExchangeListener {
  /** Never called from within `begin`. May begin the next request. */
  onEnded(exchange: Exchange): void;
}

/** A user's side of a protocol: one request at a time. Owns the user's connections. */
export interface Client<Request> {
  /** The user begins an iteration: what it is to forget by then, it forgets. */
  iterationBegan(): void;
  /** Sends a request; `nowMs` becomes its sent instant. */
  begin(request: Request, nowMs: number): void;
  /** In place of a request that cannot be sent, for it is none: `onEnded` is called with the failure. */
  beginFailed(url: string, failure: Failure, nowMs: number): void;
  /** Ends the request under way as timed out; `onEnded` is called. */
  timeOut(nowMs: number): void;
  /** Drops the request under way, if any, without a word, and closes all connections. */
  close(): void;
}
