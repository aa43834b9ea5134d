/**
 * Live data over MQTT on a WebSocket: whoever connects shows a token of the API as the password, and may subscribe to what they may read; nobody
 * publishes but the control plane. A connection ends with its token.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Aedes, type Client } from 'aedes';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import { type Actor, actorKey } from '../../core/api/system.ts';
import { readLiveTopic } from '../../core/live/live-message.ts';
import type { Log } from '../ports/log.ts';
import type { Authenticated } from '../verbs/sign-in/authenticate.ts';
import { Viewer, type ViewerLimits } from './live-viewers.ts';

export const MQTT_PATH = '/mqtt';
/** The name that a token is the password of. */
const USERNAME = 'jwt';
const TOKEN_BYTES_MAX = 4096;
const CONNECTION_REFUSED = 5;
const UNAVAILABLE = 3;
const SUBSCRIPTION_REFUSED = 128;

export interface BrokerLimits extends ViewerLimits {
  connectionsMax: number;
  /** Of each user. */
  connectionsPerUserMax: number;
  /** What a client may send within a minute: it subscribes and shows that it lives. */
  bytesPerMinuteMax: number;
  /** From the connection to what it begins with. */
  connectMs: number;
  /** A connection that takes nothing for so long ends. */
  stuckMs: number;
  /** Longest time that a client may be silent for. */
  keepaliveSecondsMax: number;
  /** How often it is found out whether a token still counts. */
  recheckMs: number;
}

const LIMITS: BrokerLimits = {
  behindBytes: 256 * 1024,
  subscriptionsMax: 20,
  connectionsMax: 1_000,
  connectionsPerUserMax: 50,
  bytesPerMinuteMax: 64 * 1024,
  connectMs: 10_000,
  stuckMs: 60_000,
  keepaliveSecondsMax: 300,
  recheckMs: 30_000,
};

/** Where a connection comes from. */
export interface BrokerPeer {
  address: string;
  isSecure: boolean;
}

export interface LiveBrokerOptions {
  authenticate(token: string, peer: BrokerPeer): Promise<Authenticated>;
  /** Counts a refused token; false when there were too many from there. */
  noteRefusal(peer: BrokerPeer): boolean;
  /** Throws when they may not, or there is no such run. */
  mayWatch(actor: Actor, runId: string): Promise<void>;
  /** What somebody who subscribes now gets at once. */
  recent(runId: string, region: string): readonly { region: string; payload: Uint8Array }[];
  /** Epoch milliseconds. */
  nowMs(): number;
  log: Log;
  limits?: Partial<BrokerLimits>;
}

interface Connection {
  peer: BrokerPeer;
  token: string;
  actor: Actor | null;
  viewer: Viewer | null;
  recheck: NodeJS.Timeout | null;
}

export class LiveBroker {
  readonly #options: LiveBrokerOptions;
  readonly #limits: BrokerLimits;
  readonly #aedes: Aedes;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Map<Client, Connection>();
  #isClosed = false;

  private constructor(options: LiveBrokerOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: this.#limits.bytesPerMinuteMax,
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
    });
    this.#aedes = new Aedes({
      connectTimeout: this.#limits.connectMs,
      drainTimeout: this.#limits.stuckMs,
      keepaliveLimit: this.#limits.keepaliveSecondsMax,
      preConnect: (_client, packet, done) => {
        // Nothing is kept of a client, and none can take another's place.
        Object.assign(packet, { clean: true, clientId: randomBytes(10).toString('hex') });
        const hasWill = packet.will !== undefined;
        done(hasWill ? new Error('clients publish nothing') : null, !hasWill);
      },
      authenticate: (client, username, password, done) => {
        this.#admit(client, username, password).then(
          (returnCode) => done(returnCode === 0 ? null : Object.assign(new Error(), { returnCode }), returnCode === 0),
          (error: Error) => {
            options.log('error', 'a viewer could not be let in', { error: error.stack });
            done(Object.assign(new Error(), { returnCode: UNAVAILABLE }), false);
          },
        );
      },
      authorizePublish: (_client, _packet, done) => done(new Error('clients publish nothing')),
      authorizeSubscribe: (client, subscription, done) => {
        this.#maySubscribe(client, subscription.topic).then(
          (may) => done(null, may ? { ...subscription, qos: 0 } : null),
          () => done(null, null),
        );
      },
    });
    this.#aedes.on('subscribe', (subscriptions, client) => {
      for (const { topic, qos } of subscriptions) if (Number(qos) !== SUBSCRIPTION_REFUSED) this.#begin(client, topic);
    });
    this.#aedes.on('unsubscribe', (topics, client) => {
      for (const topic of topics) this.#connections.get(client)?.viewer?.unsubscribe(topic);
    });
  }

  static async open(options: LiveBrokerOptions): Promise<LiveBroker> {
    const broker = new LiveBroker(options);
    await broker.#aedes.listen();
    return broker;
  }

  /** Takes over a connection that asks for a WebSocket. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, peer: BrokerPeer): void {
    if (this.#isClosed || this.#sockets.clients.size >= this.#limits.connectionsMax) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#limitWhatItSends(webSocket);
      const stream = inWholePackets(webSocket);
      const client = this.#aedes.handle(stream, request);
      this.#connections.set(client, { peer, token: '', actor: null, viewer: null, recheck: null });
      stream.once('close', () => this.#forget(client));
    });
  }

  /** To all who watch it and are not behind. */
  publish(runId: string, region: string, payload: Uint8Array): void {
    for (const { viewer } of this.#connections.values()) {
      if (viewer?.watches(runId, region)) viewer.send(runId, region, payload);
    }
  }

  isWatched(runId: string): boolean {
    for (const { viewer } of this.#connections.values()) if (viewer?.watches(runId)) return true;
    return false;
  }

  /** Ends all connections, and takes none any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    for (const webSocket of this.#sockets.clients) webSocket.terminate();
    this.#sockets.close();
  }

  /** The code of MQTT that it is answered with; 0: welcome. */
  async #admit(client: Client, username: string | undefined, password: Buffer | undefined): Promise<number> {
    const connection = this.#connections.get(client);
    if (connection === undefined) return UNAVAILABLE;
    const token = password === undefined || password.length > TOKEN_BYTES_MAX ? '' : String(password);
    const found = username === USERNAME ? await this.#find(token, connection.peer) : null;
    if (found === 'unavailable') return UNAVAILABLE;
    if (found === null) return this.#options.noteRefusal(connection.peer) ? CONNECTION_REFUSED : UNAVAILABLE;
    if (this.#connectionsOf(found.actor) >= this.#limits.connectionsPerUserMax) return UNAVAILABLE;
    // It may be gone by now.
    if (!this.#connections.has(client)) return UNAVAILABLE;
    Object.assign(connection, { token, actor: found.actor, viewer: new Viewer(client, this.#limits) });
    this.#recheckLater(client, connection, found.expiresAtMs);
    return 0;
  }

  /** Null: the token counts for nothing. */
  async #find(
    token: string,
    peer: BrokerPeer,
  ): Promise<Exclude<Authenticated, { refusal: string }> | 'unavailable' | null> {
    try {
      const found = await this.#options.authenticate(token, peer);
      return 'refusal' in found ? null : found;
    } catch (error) {
      return (error as { code?: unknown }).code === 'forbidden' ? null : 'unavailable';
    }
  }

  #connectionsOf(actor: Actor): number {
    const key = actorKey(actor);
    const isTheirs = (one: Connection) => one.actor !== null && actorKey(one.actor) === key;
    return [...this.#connections.values()].filter(isTheirs).length;
  }

  #recheckLater(client: Client, connection: Connection, expiresAtMs: number | null): void {
    const leftMs = (expiresAtMs ?? Number.POSITIVE_INFINITY) - this.#options.nowMs();
    const recheck = async () => {
      if (leftMs <= this.#limits.recheckMs) return client.close();
      const found = await this.#find(connection.token, connection.peer);
      if (!this.#connections.has(client)) return;
      if (found === null) return client.close();
      // An issuer that cannot be asked takes nothing back.
      if (found !== 'unavailable') connection.actor = found.actor;
      this.#recheckLater(client, connection, found === 'unavailable' ? expiresAtMs : found.expiresAtMs);
    };
    connection.recheck = setTimeout(() => void recheck(), Math.max(0, Math.min(leftMs, this.#limits.recheckMs)));
    connection.recheck.unref();
  }

  async #maySubscribe(client: Client, filter: string): Promise<boolean> {
    const { actor, viewer } = this.#connections.get(client) ?? {};
    const topic = readLiveTopic(filter);
    if (!actor || !viewer || topic === null) return false;
    await this.#options.mayWatch(actor, topic.runId);
    if (!viewer.hasRoomFor(filter)) return false;
    viewer.subscribe(filter, topic);
    return true;
  }

  /** Catches up with what is under way. */
  #begin(client: Client, filter: string): void {
    const topic = readLiveTopic(filter);
    const viewer = this.#connections.get(client)?.viewer;
    if (topic === null || !viewer) return;
    for (const { region, payload } of this.#options.recent(topic.runId, topic.region)) {
      viewer.send(topic.runId, region, payload);
    }
  }

  #limitWhatItSends(webSocket: WebSocket): void {
    let sinceMs = this.#options.nowMs();
    let bytes = 0;
    webSocket.on('message', (data: Buffer) => {
      const nowMs = this.#options.nowMs();
      if (nowMs - sinceMs >= 60_000) [sinceMs, bytes] = [nowMs, 0];
      bytes += data.length;
      if (bytes > this.#limits.bytesPerMinuteMax) webSocket.terminate();
    });
  }

  #forget(client: Client): void {
    const connection = this.#connections.get(client);
    this.#connections.delete(client);
    if (connection?.recheck) clearTimeout(connection.recheck);
    const dropped = connection?.viewer?.dropped ?? 0;
    if (dropped > 0) this.#options.log('info', 'a viewer of live data was slow, and got fewer messages', { dropped });
  }
}

/** Packets are written in small pieces, held together until the packet is whole: it goes out as one frame, not as one for each piece. */
function inWholePackets(webSocket: WebSocket): Duplex {
  const stream = createWebSocketStream(webSocket);
  stream._writev = (pieces, written) => {
    webSocket.send(Buffer.concat(pieces.map(({ chunk }) => chunk as Buffer)), written);
  };
  return stream;
}
