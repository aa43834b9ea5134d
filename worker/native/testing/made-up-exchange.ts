/** Exchanges without a network, for tests. */
import { type BodyText, bodyTooLarge } from '../protocols/http1/body-collector.ts';
import type { Exchange } from '../protocols/protocol.ts';

export interface ExchangeChanges
  extends Partial<Omit<Exchange, 'headText' | 'bodyText' | 'bodyProblem' | 'responseStart'>> {
  head?: string;
  bodyText?: Partial<BodyText>;
  start?: string;
}

/** A success of 10 ms, sent at 0. */
export function exchangeOf({ head = '', bodyText = {}, start = '', ...changes }: ExchangeChanges = {}): Exchange {
  return {
    sentAtMs: 0,
    firstByteAtMs: 5,
    endedAtMs: 10,
    resolveMs: -1,
    connectMs: -1,
    tlsMs: -1,
    bytesSent: 100,
    bytesReceived: 200,
    code: 200,
    url: 'http://made-up.test/',
    isFromCache: false,
    children: [],
    failure: null,
    ...changes,
    headText: () => head,
    bodyText: () => bodyText.text ?? '',
    bodyProblem: bodyText.isCut ? bodyTooLarge : (bodyText.problem ?? null),
    responseStart: () => start,
  };
}
