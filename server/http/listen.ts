/** Serves the application on a port: HTTP, or HTTPS with a certificate. Slow and silent clients are timed out, closing is graceful. */
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { getRequestListener, type Http2Bindings, type HttpBindings, RequestError } from '@hono/node-server';
import { PROBLEM_CONTENT_TYPE } from '../../core/api/problem.ts';
import { LoadstarError } from '../../core/errors.ts';
import { isLoopback } from '../network/address-ranges.ts';
import type { Log } from '../ports/log.ts';
import type { Api, ApiEnvironment, Peer } from './api.ts';
import { createClientFinder } from './client-address.ts';
import { answerConnectionError, rawProblem } from './connection-errors.ts';
import { drainServer, type OpenAnswers, trackAnswers } from './open-answers.ts';
import { REQUEST_ID_HEADER } from './request-log.ts';
import { readTls, type TlsFiles } from './tls.ts';

/** How long a client may take for what, and how many there may be. */
export interface ConnectionLimits {
  /** From the connection (or the answer before) to the end of a request's head. */
  headMs: number;
  /** The same to the end of its body. */
  requestMs: number;
  /** A connection without a request. Longer than what proxies keep one, or they meet it closing. */
  idleMs: number;
  /** A TLS handshake. */
  handshakeMs: number;
  /** How often requests are looked at for the two above. */
  checkEveryMs: number;
  connectionsMax: number;
  /** A request's line and headers. */
  headBytesMax: number;
}

const CONNECTION_LIMITS: ConnectionLimits = {
  headMs: 20_000,
  requestMs: 300_000,
  idleMs: 75_000,
  handshakeMs: 10_000,
  checkEveryMs: 5_000,
  connectionsMax: 10_000,
  headBytesMax: 16 * 1024,
};
const DROPS_LOGGED_EVERY_MS = 60_000;

export interface ListenOptions {
  app: Pick<Api, 'fetch'>;
  config: {
    host: string;
    port: number;
    publicUrl: string | null;
    tls: TlsFiles | null;
    trustedProxies: readonly string[];
  };
  log: Log;
  connectionLimits?: Partial<ConnectionLimits>;
  /** Takes connections that ask for a WebSocket; without it they are answered like any other request. */
  webSockets?: WebSocketAcceptor;
}

export interface WebSocketAcceptor {
  path: string;
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, client: Peer): void;
}

export interface HttpServer {
  /** What users reach it by: the public URL, or one on this machine. */
  url: string;
  port: number;
  /** What its operator should know, for people. */
  warnings: string[];
  /** Takes no new requests, gives those under way `graceMs` to end, then breaks them off. */
  close(graceMs: number): Promise<void>;
}

/** Throws `listen_failed` when the address cannot be had, `config_invalid` for a certificate that cannot be used. */
export async function listen(options: ListenOptions): Promise<HttpServer> {
  const { app, config, log, connectionLimits, webSockets } = options;
  const connection = { ...CONNECTION_LIMITS, ...connectionLimits };
  const tls = config.tls === null ? null : readTls(config.tls, Date.now());
  const serverOptions: ServerOptions = {
    // Other upgrades, such as to HTTP/2, are offers that need not be taken.
    shouldUpgradeCallback: (request) => webSockets !== undefined && asksForWebSocket(request, webSockets.path),
    headersTimeout: connection.headMs,
    requestTimeout: connection.requestMs,
    keepAliveTimeout: connection.idleMs,
    connectionsCheckingInterval: connection.checkEveryMs,
    maxHeaderSize: connection.headBytesMax,
  };
  const server =
    tls === null
      ? createServer(serverOptions)
      : createTlsServer({
          ...serverOptions,
          cert: tls.cert,
          key: tls.key,
          handshakeTimeout: connection.handshakeMs,
        });
  server.maxConnections = connection.connectionsMax;
  const answers = trackAnswers(server);
  server.on(
    'request',
    getRequestListener((request, env) => app.fetch(request, bindingsOf(env)), {
      hostname: 'localhost',
      errorHandler: (error) => answerOutside(error, log),
    }),
  );
  if (webSockets !== undefined) acceptWebSockets(server, webSockets, config.trustedProxies);
  watchConnections(server, answers, log);
  const address = await bind(server, config, log);
  return {
    url: config.publicUrl ?? localUrl(address, tls !== null),
    port: address.port,
    warnings: [...(tls?.warnings ?? []), ...exposureWarnings(address, config)],
    close: (graceMs) => drainServer(server, answers, graceMs),
  };
}

function asksForWebSocket({ headers, url }: IncomingMessage, path: string): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && url?.split('?', 1)[0] === path;
}

function acceptWebSockets(server: Server, { accept }: WebSocketAcceptor, trustedProxies: readonly string[]): void {
  const findClient = createClientFinder(trustedProxies);
  server.on('upgrade', (request, socket, head) => {
    const { headers } = request;
    const forwarded = new Headers();
    for (const name of ['x-forwarded-for', 'x-forwarded-proto']) {
      const value = headers[name];
      if (value !== undefined) forwarded.set(name, String(value));
    }
    const peer = { address: request.socket.remoteAddress ?? 'unknown', isSecure: request.socket instanceof TLSSocket };
    accept(request, socket, head, findClient(peer, forwarded));
  });
}

function bindingsOf(env: HttpBindings | Http2Bindings): ApiEnvironment['Bindings'] {
  // The server speaks no HTTP/2.
  const { incoming, outgoing } = env as HttpBindings;
  const { socket } = incoming;
  return {
    peer: { address: socket.remoteAddress ?? 'unknown', isSecure: socket instanceof TLSSocket },
    breakOff: () => outgoing.destroy(),
    node: { incoming, outgoing },
  };
}

/** What fails before or beside the application: a target or a Host header that make no URL. */
function answerOutside(error: unknown, log: Log): Response {
  const isTheirs = error instanceof RequestError;
  const { status, text, requestId } = rawProblem(
    isTheirs
      ? new LoadstarError('request_invalid', 'The target or the Host of the request cannot be understood.')
      : error,
  );
  if (!isTheirs) log('error', 'a request failed', { requestId, error: (error as Error).stack });
  const headers = {
    'content-type': PROBLEM_CONTENT_TYPE,
    [REQUEST_ID_HEADER]: requestId,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  return new Response(text, { status, headers });
}

function watchConnections(server: Server, answers: OpenAnswers, log: Log): void {
  let loggedAtMs = Number.NEGATIVE_INFINITY;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    answerConnectionError(error, socket, !answers.hasBegunOn(socket));
  });
  server.on('drop', () => {
    if (performance.now() - loggedAtMs < DROPS_LOGGED_EVERY_MS) return;
    loggedAtMs = performance.now();
    log('warn', 'connections are refused: there are too many', { connectionsMax: server.maxConnections });
  });
}

const reasons: Record<string, string> = {
  EADDRINUSE: 'something else listens there already',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host cannot be looked up now',
};

function bind(server: Server, { host, port }: { host: string; port: number }, log: Log): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      const reason = reasons[error.code ?? ''] ?? error.message;
      const message = `Cannot listen on ${host}:${port}: ${reason}${error.code === undefined ? '' : ` (${error.code})`}.`;
      reject(new LoadstarError('listen_failed', message, { cause: error }));
    };
    server.once('error', refuse);
    server.listen({ host, port }, () => {
      server.off('error', refuse);
      // Such as too many open files while a connection is accepted: others go on.
      server.on('error', (error) => log('error', 'the server met an error', { error: error.stack }));
      resolve(server.address() as AddressInfo);
    });
  });
}

const anyAddress: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

function localUrl({ address, port }: AddressInfo, isSecure: boolean): string {
  const host = anyAddress[address] ?? address;
  return `${isSecure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function exposureWarnings({ address }: AddressInfo, { tls, trustedProxies }: ListenOptions['config']): string[] {
  if (tls !== null || trustedProxies.length > 0 || isLoopback(address)) return [];
  return [
    `Whoever sees the network's traffic sees the tokens: ${address} is not loopback, and there is no TLS. Set tls.certificateFile and ` +
      'tls.keyFile, or trustedProxies when a proxy in front does TLS.',
  ];
}
