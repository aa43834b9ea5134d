/**
 * One connection to an origin: a raw TCP or TLS socket that carries one request at a time. All connections read into one shared buffer, which is
 * parsed before the next read, so that a response costs no allocation.
 */
import net from 'node:net';
import tls from 'node:tls';
import type { Failure } from '../../failure.ts';
import type { Address, Origin, Origins } from './origins.ts';
import type { Http1Request } from './request.ts';
import { ResponseParser, type ResponseWishes } from './response-parser.ts';
import { brokenFailure, connectFailure, faultFailure } from './socket-failures.ts';

/** Hears what becomes of a connection. Each call is the last thing that the connection does in its turn. */
export interface ConnectionOwner {
  onConnected(connection: Connection): void;
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

/** Of the beginning of a response, kept for examples. */
const START_BYTES_KEPT = 1_024;

const state = { connecting: 0, idle: 1, busy: 2, closed: 3 } as const;

export class Connection {
  readonly origin: Origin;
  readonly parser = new ResponseParser();
  /** TCP and TLS together; set once connected. */
  connectMs = 0;
  /** Responses that were completed on it. */
  responses = 0;
  /** Of the response awaited: its bytes so far, and when the first byte of the final one came (negative: not yet). */
  bytesReceived = 0;
  firstByteAtMs = -1;

  #owner: ConnectionOwner;
  #origins: Origins;
  #socket: net.Socket | null = null;
  #state: number = state.connecting;
  #candidates: readonly Address[] = [];
  #attempt = 0;
  #beganAtMs: number;
  #tcpConnected = false;
  #unsentBytes = 0;
  #keepAlive = true;
  /** The request is so large that its response may come before all of it was sent. */
  #isLarge = false;
  /** Bytes of the read being parsed, from the response's first byte on; 0 when it began in an earlier read. */
  #startBytes = 0;
  #start = '';

  /** Begins to connect. `userIndex` spreads users over the addresses of a host. */
  constructor(origin: Origin, origins: Origins, userIndex: number, owner: ConnectionOwner, nowMs: number) {
    this.origin = origin;
    this.#origins = origins;
    this.#owner = owner;
    this.#beganAtMs = nowMs;
    if (origin.addresses === null) void this.#resolve(userIndex);
    else this.#connect(userIndex);
  }

  get isIdle(): boolean {
    return this.#state === state.idle;
  }

  get isConnecting(): boolean {
    return this.#state === state.connecting;
  }

  /** Sends a request; the connection must be idle. */
  send(request: Http1Request, wishes: ResponseWishes): void {
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
    const { wire } = request;
    this.#isLarge = typeof wire !== 'string';
    if (typeof wire === 'string') socket.write(wire, 'latin1');
    else socket.write(wire);
  }

  /** Bytes of the request that the system has not taken; all of them while it has not taken the last one. */
  get unsentBytes(): number {
    return this.#socket?.writableLength ?? this.#unsentBytes;
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

  async #resolve(userIndex: number): Promise<void> {
    const failed = await this.origin.resolve();
    if (this.#state === state.closed) return;
    if (failed === null) this.#connect(userIndex);
    else {
      this.close();
      // Not at once: users without think-time would take turns here forever, and nobody else would come to theirs.
      setImmediate(() => this.#owner.onConnectFailed(this, failed, performance.now()));
    }
  }

  #connect(userIndex: number): void {
    this.#candidates = this.origin.candidates(userIndex);
    this.#attemptConnect();
  }

  #attemptConnect(): void {
    const { origin } = this;
    const address = this.#candidates[this.#attempt];
    if (address === undefined) throw new Error(`${origin.host} was resolved to no address`);
    this.#tcpConnected = false;
    const options = {
      host: address.address,
      port: origin.port,
      onread: {
        buffer: readBuffer,
        callback: (length: number) => {
          this.#onBytes(length);
          return true;
        },
      },
    };
    const socket = origin.isSecure
      ? tls.connect({
          ...options,
          // As JMeter: a load test measures, it does not vouch for who answers. Test systems rarely have real certificates.
          rejectUnauthorized: false,
          secureContext: this.#origins.secureContext,
          ALPNProtocols: ['http/1.1'],
          ...(origin.serverName === null ? {} : { servername: origin.serverName }),
        })
      : net.connect(options);
    this.#socket = socket;
    socket.setNoDelay(true);
    this.#listen(socket, address);
  }

  #listen(socket: net.Socket, address: Address): void {
    const onOpen = (): void => {
      if (socket !== this.#socket) return;
      this.origin.proven(address);
      this.connectMs = performance.now() - this.#beganAtMs;
      this.#state = state.idle;
      this.#owner.onConnected(this);
    };
    if (this.origin.isSecure) {
      socket.once('connect', () => {
        this.#tcpConnected = true;
      });
      socket.once('secureConnect', onOpen);
    } else socket.once('connect', onOpen);
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
    if (this.#state === state.busy) this.#parse(length, nowMs);
    // Nobody asked: whatever it is, the next response could not be told from it.
    else this.#closeIdle();
  }

  #parse(length: number, nowMs: number): void {
    const { parser } = this;
    this.#startBytes = this.bytesReceived === 0 ? length : 0;
    this.bytesReceived += length;
    if (parser.isBeforeHead) this.firstByteAtMs = nowMs;
    const used = parser.read(readBuffer, 0, length);
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
    this.#socket?.destroy();
    this.#socket = null;
    if (++this.#attempt < this.#candidates.length) {
      this.#attemptConnect();
      return;
    }
    this.close();
    this.#owner.onConnectFailed(this, connectFailure(code, this.#tcpConnected), nowMs);
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
