/**
 * Reads HTTP/1.1 responses from bytes as they come: strict, bounded, without copying; body bytes are handed on as views of the
 * buffer that they came in.
 *
 *     head -> (interim: head again) -> body: none | of a length | chunked, then trailers | until the connection ends
 *
 * Where RFC 9112 leaves a choice, it refuses: bare line feeds, folded headers, a second Content-Length, Content-Length beside
 * Transfer-Encoding. The result does not depend on how the bytes were cut into reads.
 */
import { type BodySink, ChunkReader } from './chunk-reader.ts';
import type { HeadMemo } from './head-memo.ts';
import { HeadReader } from './head-reader.ts';
import { documentKinds, type ResponseFault } from './response-grammar.ts';

/** What the reader of a response wants of it. */
export interface ResponseWishes {
  /** It answers HEAD: it has no body, whatever its head says. */
  isHead: boolean;
  /** Keep the head as text. */
  keepsHead: boolean;
  /** Headers (bits) that make it worth keeping, too. */
  interests: number;
  /** Where the body goes; null: nobody needs it. */
  body: BodySink | null;
  /** Where it goes if nobody needs it, but it is a document; only if Content-Type is interesting. */
  document: BodySink | null;
  /** The head of the last response to a request of the same kind; null: it is not remembered. */
  memo: HeadMemo | null;
}

const INTERIM_RESPONSES_MAX = 32;

const state = { head: 0, length: 1, untilClose: 2, chunks: 3, trailers: 4, complete: 5, failed: 6 } as const;

export class ResponseParser {
  /** What the head says; whole once `isPastHead`. */
  readonly head = new HeadReader();
  /** May the connection take another request once this response is complete? */
  keepAlive = false;
  /** Why it failed; null otherwise. */
  fault: ResponseFault | null = null;

  #chunks = new ChunkReader();
  #wishes: ResponseWishes = { isHead: false, keepsHead: false, interests: 0, body: null, document: null, memo: null };
  #sink: BodySink | null = null;
  #state: number = state.complete;
  #interimResponses = 0;
  /** Bytes of the body still to come. */
  #bytesLeft = 0;

  /** Gets ready for the next response. */
  begin(wishes: ResponseWishes): void {
    this.#wishes = wishes;
    this.#state = state.head;
    this.#interimResponses = 0;
    this.fault = null;
    this.head.begin(wishes.keepsHead, wishes.interests, wishes.memo);
  }

  get isComplete(): boolean {
    return this.#state === state.complete;
  }

  /** Where the last body went, or goes. */
  get sink(): BodySink | null {
    return this.#sink;
  }

  /** The final response's head is read. */
  get isPastHead(): boolean {
    return this.#state > state.head && this.#state < state.failed;
  }

  /** No byte of the final response has been read. */
  get isBeforeHead(): boolean {
    return this.#state === state.head && this.head.isUntouched;
  }

  /** Reads `buffer[start]` to `buffer[end - 1]`; the position after the last byte that belongs to the response. */
  read(buffer: Buffer, start: number, end: number): number {
    let position = start;
    while (position < end && this.#state < state.complete) {
      if (this.#state === state.head || this.#state === state.trailers) {
        position = this.head.read(buffer, position, end);
        if (this.head.isComplete) this.#endHead();
        else if (this.head.fault !== null) this.#fail(this.head.fault);
      } else if (this.#state === state.chunks) {
        position = this.#chunks.read(buffer, position, end, this.#sink);
        if (this.#chunks.isComplete) {
          this.head.beginTrailers();
          this.#state = state.trailers;
        } else if (this.#chunks.fault !== null) this.#fail(this.#chunks.fault);
      } else position = this.#readPlainBody(buffer, position, end);
    }
    return position;
  }

  /** The connection has ended: completes a response whose body lasts until then, fails any other. */
  end(): void {
    if (this.#state === state.untilClose) this.#state = state.complete;
    else if (this.#state < state.complete) this.#fail('closed-early');
  }

  #readPlainBody(buffer: Buffer, start: number, end: number): number {
    const stop = this.#state === state.untilClose ? end : Math.min(end, start + this.#bytesLeft);
    this.#sink?.append(buffer, start, stop);
    if (this.#state === state.length) {
      this.#bytesLeft -= stop - start;
      if (this.#bytesLeft === 0) this.#state = state.complete;
    }
    return stop;
  }

  #endHead(): void {
    const { head } = this;
    if (this.#state === state.trailers) {
      this.#state = state.complete;
      return;
    }
    const { code } = head;
    // Switching Protocols is no interim response: whatever follows it is not HTTP.
    if (code < 200 && code !== 101) {
      if (++this.#interimResponses > INTERIM_RESPONSES_MAX) this.#fail('too-many-interim');
      // Not to be taken for the head of the final response.
      else head.begin(this.#wishes.keepsHead, this.#wishes.interests, null);
      return;
    }
    this.#sink = this.#wishes.body ?? (head.document === documentKinds.none ? null : this.#wishes.document);
    this.keepAlive = code !== 101 && !head.closes && (head.minorVersion === 1 || head.asksKeepAlive);
    if (this.#wishes.isHead || code === 204 || code === 304 || code === 101 || head.length === 0) {
      this.#state = state.complete;
    } else if (head.isChunked) {
      this.#chunks.begin();
      this.#state = state.chunks;
    } else if (head.length > 0) {
      this.#bytesLeft = head.length;
      this.#state = state.length;
    } else {
      this.keepAlive = false;
      this.#state = state.untilClose;
    }
  }

  #fail(fault: ResponseFault): void {
    this.fault = fault;
    this.keepAlive = false;
    this.#state = state.failed;
  }
}
