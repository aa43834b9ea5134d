/** What an error of a socket means for a request. */
import { type Failure, failure } from '../../failure.ts';
import { type ResponseFault, responseFaults } from './response-grammar.ts';

export const timedOut = failure('timeout', 'no complete response in time');
export const connectTimedOut = failure('connect-timeout', 'no connection in time');
const closedEarly = failure('closed-early', responseFaults['closed-early']);

/** What TLS and certificate errors mean: our own verdict of the server. */
const tlsProblems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet",
  CERT_REVOKED: "the server's certificate was revoked",
  CERT_SIGNATURE_FAILURE: "the signature of the server's certificate is wrong",
  CERT_UNTRUSTED: "the server's certificate is not trusted",
  CERT_REJECTED: "the server's certificate is not trusted",
  INVALID_PURPOSE: "the server's certificate is not one for servers",
  INVALID_CA: "what signed the server's certificate is no authority",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "the authority of the server's certificate is not a known one",
  UNABLE_TO_GET_ISSUER_CERT: "the authority of the server's certificate is not a known one",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the authority of the server's certificate is not a known one",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the authority of the server's certificate is not a known one",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host",
  ERR_SSL_WRONG_VERSION_NUMBER: 'what answered does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'what answered does not speak TLS',
  ERR_SSL_HTTP_REQUEST: 'what answered does not speak TLS',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the server speaks only outdated versions of TLS',
  ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC: 'a record was damaged',
  ECONNRESET: 'the connection was reset',
  closed: 'the connection was closed',
};

/** What the server said: alerts of TLS, by the end of their codes (the beginning depends on OpenSSL's version). */
const alerts: Readonly<Record<string, string>> = {
  HANDSHAKE_FAILURE: 'the server refused: it demands a client certificate, or has no cipher in common',
  PROTOCOL_VERSION: 'the server speaks no version of TLS that is known here',
  CERTIFICATE_REQUIRED: 'the server demands a client certificate',
  BAD_CERTIFICATE: 'the server refused the client certificate, or demands one',
  UNSUPPORTED_CERTIFICATE: 'the server refused the client certificate: it is of no use for this',
  CERTIFICATE_EXPIRED: 'the server refused the client certificate: it has expired',
  CERTIFICATE_REVOKED: 'the server refused the client certificate: it was revoked',
  CERTIFICATE_UNKNOWN: 'the server refused the client certificate',
  UNKNOWN_CA: 'the server does not know the authority of the client certificate',
  ACCESS_DENIED: 'the server refused the client certificate',
  INTERNAL_ERROR: 'the server has an internal error of TLS',
  UNRECOGNIZED_NAME: 'the server does not know the host name',
  NO_APPLICATION_PROTOCOL: 'the server does not speak HTTP/1.1 over TLS',
  INSUFFICIENT_SECURITY: 'the server demands stronger ciphers',
  BAD_RECORD_MAC: 'the server says that a record was damaged',
};

const connectProblems: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'no address or port of this host is free to connect from',
  EMFILE: 'this process may open no more files: raise its limit (ulimit -n)',
  ENFILE: 'this host can open no more files',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
};

/** Of a connection that could not be opened. `isTls`: the address answered, the handshake failed. */
export function connectFailure(code: string, isTls: boolean): Failure {
  if (isTls) return tlsFailure('the TLS handshake failed', code);
  if (code === 'ECONNREFUSED') return failure('connect-refused', 'the connection was refused');
  if (code === 'ETIMEDOUT') return connectTimedOut;
  return failure('connect', `the connection could not be opened (${explained(connectProblems, code)})`);
}

/** Of an open connection that broke before the response was complete. */
export function brokenFailure(code: string): Failure {
  const reset = code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
  if (reset) return failure('reset', 'the connection was reset before the response was complete');
  if (code === 'ETIMEDOUT') return timedOut;
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) return tlsFailure('the TLS connection broke', code);
  return failure('reset', `the connection broke (${code})`);
}

export function faultFailure(fault: ResponseFault): Failure {
  return fault === 'closed-early' ? closedEarly : failure('protocol', responseFaults[fault]);
}

function tlsFailure(what: string, code: string): Failure {
  const alert = /^ERR_SSL_[^_]+_(?:ALERT_)?(.+)$/.exec(code)?.[1];
  const said = alert === undefined ? undefined : alerts[alert];
  return failure('tls', `${what}: ${said === undefined ? explained(tlsProblems, code) : `${said} (${code})`}`);
}

function explained(problems: Readonly<Record<string, string>>, code: string): string {
  const known = problems[code];
  return known === undefined ? code : `${known} (${code})`;
}
