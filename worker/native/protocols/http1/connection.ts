/**
 * One connection to an origin: a raw TCP or TLS socket that carries one request at a time. All connections read into one shared buffer, which is
 * parsed before the next read, so that a response costs no allocation.
 */
import net from 'node:net';
import tls from 'node:tls';
import type { Failure } from '../../failure.ts';
import type { Address, Origin, Resolution } from './origin.ts';
import type { Outgoing } from './request.ts';
import { ResponseParser, type ResponseWishes } from './response-parser.ts';
import { brokenFailure, connectFailure, faultFailure } from './socket-failures.ts';
import type { UserNetwork } from './user-network.ts';

/** What opening connections took; each is negative when there was none of it. */
interface OpeningTimes {
  resolveMs: number;
  connectMs: number;
  tlsMs: number;
}

/** Hears what becomes of a connection. Each call is the last thing that the connection does in its turn. */
export interface ConnectionOwner {
  onConnected(connection: Connection): void;
  /** A request that `send` had to keep for a moment is on its way. Nothing may be sent from within. */
  onSent(connection: Connection): void;
  onConnectFailed(connection: Connection, failure: Failure, nowMs: number): void;
  /** The response is complete; the connection is idle, or closed when it cannot be used again. */
  onResponse(connection: Connection, nowMs: number): void;
  /** It broke while a response was awaited, and is closed. */
  onBroken(connection: Connection, failure: Failure, nowMs: number): void;
  /** It was closed while idle. */
  onIdleClosed(connection: Connection): void;
}

const READ_BUFFER_BYTES = 64 * 1024;
const readBuffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);

/** As long as nobody knows which of a host's two families leads to it, an address that does not answer holds nobody up for longer. */
const OTHER_FAMILY_AFTER_MS = 300;

/** Of the beginning of a response, kept for examples. */
const START_BYTES_KEPT = 1_024;

/**
 * Responses come in batches, one for each connection that has something to read, and most call for the next request. Those requests go out together once
 * the batch is read: a server that finds one request after the other need not be woken for each, which the sender would pay for.
 */
let isReadingBatch = false;
const unsent: Connection[] = [];

function sendAll(): void {
  for (const connection of unsent) connection.flush();
  unsent.length = 0;
}

const state = { connecting: 0, idle: 1, busy: 2, closed: 3 } as const;

/** Opens a user's connections. Whoever wants to see what goes over them opens others, which look at it. */
export type OpenConnection = (...options: ConstructorParameters<typeof Connection>) => Connection;

export const openConnection: OpenConnection = (...options) => new Connection(...options);

export class Connection {
  readonly origin: Origin;
  readonly parser = new ResponseParser();
  /** Responses that were completed on it. */
  responses = 0;
  /** Of the response awaited: its bytes so far, and when the first byte of the final one came (negative: not yet). */
  bytesReceived = 0;
  firstByteAtMs = -1;

  #owner: ConnectionOwner;
  #network: UserNetwork;
  #isFromRandomSource: boolean;
  #socket: net.Socket | null = null;
  #state: number = state.connecting;
  #candidates: readonly Address[] = [];
  #attempt = 0;
  #resolveMs = -1;
  #connectMs = -1;
  #tlsMs = -1;
  /** When the phase of opening it began that is under way. */
  #phaseBeganAtMs: number;
  /** The newest TLS session that came before it was open. */
  #session: Buffer | null = null;
  #unsentBytes = 0;
  /** The request that is kept until the batch of responses is read; empty: none. */
  #kept = '';
  #keepAlive = true;
  /** The request is so large that its response may come before all of it was sent. */
  #isLarge = false;
  /** Bytes of the read being parsed, from the response's first byte on; 0 when it began in an earlier read. */
  #startBytes = 0;
  #start = '';

  /** Begins to connect. `isFromRandomSource`: from any of this host's addresses. */
  constructor(origin: Origin, network: UserNetwork, owner: ConnectionOwner, nowMs: number, isFromRandomSource = false) {
    this.origin = origin;
    this.#network = network;
    this.#owner = owner;
    this.#phaseBeganAtMs = nowMs;
    this.#isFromRandomSource = isFromRandomSource;
    const known = network.known(origin);
    if (known === null) void this.#resolve();
    else this.#connect(known);
  }

  get isIdle(): boolean {
    return this.#state === state.idle;
  }

  get isConnecting(): boolean {
    return this.#state === state.connecting;
  }

  /** From here on, this one hears of it. */
  takeOver(owner: ConnectionOwner): void {
    this.#owner = owner;
  }

  /** Sends a request; the connection must be idle. */
  send(request: Outgoing, wishes: ResponseWishes): void {
    const socket = this.#socket;
    if (socket === null || this.#state !== state.idle)
      throw new Error('a request was sent on a connection that is not idle');
    this.#state = state.busy;
    this.#keepAlive = request.keepAlive;
    this.bytesReceived = 0;
    this.firstByteAtMs = -1;
    this.#start = '';
    this.#startBytes = 0;
    this.parser.begin(wishes);
    const { wire, payload } = request;
    this.#isLarge = payload !== null;
    if (payload === null && isReadingBatch) {
      this.#kept = wire;
      if (unsent.push(this) === 1) setImmediate(sendAll);
      return;
    }
    if (payload === null) {
      socket.write(wire, 'latin1');
      return;
    }
    socket.cork();
    socket.write(wire, 'latin1');
    socket.write(payload);
    socket.uncork();
  }

  /** Sends the request that was kept, unless the connection was closed meanwhile. */
  flush(): void {
    const wire = this.#kept;
    if (this.#socket === null || wire === '') return;
    this.#kept = '';
    this.#owner.onSent(this);
    this.#socket.write(wire, 'latin1');
  }

  /** Bytes of the request that the system has not taken; all of them while it has not taken the last one. */
  get unsentBytes(): number {
    return (this.#socket?.writableLength ?? this.#unsentBytes) + this.#kept.length;
  }

  /** Closes it without telling the owner. */
  close(): void {
    this.#state = state.closed;
    if (this.#socket === null) return;
    this.#unsentBytes = this.#socket.writableLength;
    this.#socket.destroy();
    this.#socket = null;
  }

  /** The beginning of the response just completed, or of what came of it; valid during the owner's calls. */
  responseStart(): string {
    if (this.#start !== '' || this.#startBytes === 0) return this.#start;
    return readBuffer.toString('utf8', 0, Math.min(this.#startBytes, START_BYTES_KEPT));
  }

  /** Adds what opening it took, as far as it came, to the times of a request. */
  addOpeningTo(times: OpeningTimes): void {
    if (this.#resolveMs >= 0) times.resolveMs = Math.max(times.resolveMs, 0) + this.#resolveMs;
    if (this.#connectMs >= 0) times.connectMs = Math.max(times.connectMs, 0) + this.#connectMs;
    if (this.#tlsMs >= 0) times.tlsMs = Math.max(times.tlsMs, 0) + this.#tlsMs;
  }

  async #resolve(): Promise<void> {
    const resolution = await this.#network.resolve(this.origin);
    if (this.#state === state.closed) return;
    this.#resolveMs = this.#endPhase();
    this.#connect(resolution);
  }

  #connect(resolution: Resolution): void {
    if ('type' in resolution) {
      this.close();
      // Not at once: users without think-time would take turns here forever, and nobody else would come to theirs.
      setImmediate(() => this.#owner.onConnectFailed(this, resolution, performance.now()));
    } else {
      this.#candidates = resolution;
      this.#attemptConnect();
    }
  }

  /** How long the phase under way took; the next one begins. */
  #endPhase(): number {
    const beganAtMs = this.#phaseBeganAtMs;
    this.#phaseBeganAtMs = performance.now();
    return this.#phaseBeganAtMs - beganAtMs;
  }

  #attemptConnect(): void {
    const { origin } = this;
    const address = this.#candidates[this.#attempt];
    if (address === undefined) throw new Error(`${origin.host} was resolved to no address`);
    const source = this.#isFromRandomSource ? this.#network.randomSource(address) : null;
    const options = {
      host: address.address,
      port: origin.port,
      ...(source === null ? {} : { localAddress: source }),
      onread: {
        buffer: readBuffer,
        callback: (length: number) => {
          this.#onBytes(length);
          return true;
        },
      },
    };
    const socket = origin.isSecure ? this.#connectSecurely(options) : net.connect(options);
    this.#socket = socket;
    socket.setNoDelay(true);
    if (this.#candidates.at(-1)?.family !== address.family) {
      socket.setTimeout(OTHER_FAMILY_AFTER_MS, () => {
        if (socket === this.#socket) this.#onConnectError('ETIMEDOUT', performance.now());
      });
    }
    this.#listen(socket, address);
  }

  #connectSecurely(options: tls.ConnectionOptions): tls.TLSSocket {
    const { origin } = this;
    const network = this.#network;
    const { secureContext, verifies } = network.origins.tls;
    const session = network.session(origin);
    const socket = tls.connect({
      ...options,
      secureContext,
      rejectUnauthorized: verifies,
      ALPNProtocols: ['http/1.1'],
      ...(origin.serverName === null ? {} : { servername: origin.serverName }),
      ...(session === null ? {} : { session }),
    });
    socket.on('session', (fresh) => {
      if (socket !== this.#socket) return;
      // Of a server that was not accepted yet, it would be accepted without a look the next time.
      if (this.isConnecting) this.#session = fresh;
      else network.keepSession(origin, fresh);
    });
    socket.once('secureConnect', () => {
      if (socket !== this.#socket) return;
      this.#tlsMs = this.#endPhase();
      if (this.#session !== null) network.keepSession(origin, this.#session);
      this.#session = null;
      this.#onOpen();
    });
    return socket;
  }

  #onOpen(): void {
    this.#state = state.idle;
    this.#owner.onConnected(this);
  }

  #listen(socket: net.Socket, address: Address): void {
    socket.once('connect', () => {
      if (socket !== this.#socket) return;
      this.#connectMs = this.#endPhase();
      this.origin.proven(address);
      socket.setTimeout(0);
      if (!this.origin.isSecure) this.#onOpen();
    });
    socket.on('error', (error) => {
      if (socket === this.#socket) this.#onError(error);
    });
    socket.on('end', () => {
      if (socket === this.#socket) this.#onEnd();
    });
    socket.on('close', () => {
      if (socket === this.#socket) this.#onEnd();
    });
  }

  #onBytes(length: number): void {
    const nowMs = performance.now();
    isReadingBatch = true;
    // Nobody asked yet: whatever it is, the next response could not be told from it.
    if (this.#kept !== '') this.#break(faultFailure('closed-early'), nowMs);
    else if (this.#state === state.busy) this.#parse(length, nowMs);
    else this.#closeIdle();
    isReadingBatch = false;
  }

  #parse(length: number, nowMs: number): void {
    const { parser } = this;
    this.#startBytes = this.bytesReceived === 0 ? length : 0;
    this.bytesReceived += length;
    if (parser.isBeforeHead) this.firstByteAtMs = nowMs;
    const used = parser.read(readBuffer, 0, length);
    const { sink } = parser;
    if (parser.isComplete) {
      const isSent = !this.#isLarge || this.unsentBytes === 0;
      const isReusable = parser.keepAlive && this.#keepAlive && used === length && isSent;
      this.#complete(isReusable, nowMs);
    } else if (parser.fault !== null) this.#break(faultFailure(parser.fault), nowMs);
    else if (this.#startBytes > 0) {
      // Most responses come in one read; the beginning of a longer one is kept where it may be wanted.
      if (parser.isPastHead && parser.head.code >= 400) this.#start = this.responseStart();
      this.#startBytes = 0;
    }
    // Whoever needs it has mostly looked into it by now, and it need not be copied.
    sink?.settle();
  }

  #complete(isReusable: boolean, nowMs: number): void {
    this.responses++;
    if (isReusable) this.#state = state.idle;
    else this.close();
    this.#owner.onResponse(this, nowMs);
  }

  #break(failure: Failure, nowMs: number): void {
    this.close();
    this.#owner.onBroken(this, failure, nowMs);
  }

  #closeIdle(): void {
    this.close();
    this.#owner.onIdleClosed(this);
  }

  #onError(error: Error): void {
    const nowMs = performance.now();
    this.#startBytes = 0;
    const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
    if (this.#state === state.busy) this.#break(brokenFailure(code), nowMs);
    else if (this.#state === state.idle) this.#closeIdle();
    else this.#onConnectError(code, nowMs);
  }

  #onConnectError(code: string, nowMs: number): void {
    const isTls = this.#connectMs >= 0;
    this.#socket?.destroy();
    this.#socket = null;
    // Another address may be there when this one is not; who answers at all would answer the same again.
    if (!isTls && ++this.#attempt < this.#candidates.length) {
      this.#attemptConnect();
      return;
    }
    this.close();
    if (isTls) this.#network.forgetSession(this.origin);
    this.#owner.onConnectFailed(this, connectFailure(code, isTls), nowMs);
  }

  /** The server has ended the connection. */
  #onEnd(): void {
    const nowMs = performance.now();
    this.#startBytes = 0;
    if (this.#state === state.idle) this.#closeIdle();
    else if (this.#state === state.connecting) this.#onConnectError('closed', nowMs);
    else {
      this.parser.end();
      if (this.parser.isComplete) this.#complete(false, nowMs);
      else this.#break(faultFailure(this.parser.fault ?? 'closed-early'), nowMs);
    }
  }
}
