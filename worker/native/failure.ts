/** Why a request failed, as it is counted. */
import { errorKey } from '../../core/statistics/statistics.ts';
import { statusReasons } from './status-reasons.ts';

/**
 * Kinds of failures; reports show them. `http`: an error status; `timeout`: no whole response in time; `reset`, `closed-early`: the
 * connection broke; `protocol`: what came was no HTTP; `target-refused`: it may not be a target; `url`, `request`: the address, or something
 * else that was filled in, cannot be sent; `transaction`: a request in it failed; the rest says it itself.
 */
export type FailureType =
  | 'http'
  | 'assertion'
  | 'timeout'
  | 'connect-refused'
  | 'connect-timeout'
  | 'connect'
  | 'dns'
  | 'target-refused'
  | 'tls'
  | 'reset'
  | 'closed-early'
  | 'protocol'
  | 'redirect'
  | 'resource'
  | 'url'
  | 'request'
  | 'transaction';

export interface Failure {
  type: FailureType;
  /** Says the same for all failures of its kind: it is counted by type and message. */
  message: string;
  /** Its key in `Statistics.errors`. */
  key: string;
}

export function failure(type: FailureType, message: string): Failure {
  return { type, message, key: errorKey(type, message) };
}

const byStatus = new Map<number, Failure>();

/** The failure of a response with an error status; always the same object for the same code. */
export function statusFailure(code: number): Failure {
  let known = byStatus.get(code);
  if (known === undefined) {
    const reason = statusReasons[code];
    known = failure('http', reason === undefined ? String(code) : `${code} ${reason}`);
    byStatus.set(code, known);
  }
  return known;
}
