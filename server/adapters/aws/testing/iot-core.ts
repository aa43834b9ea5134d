/**
 * Stands in for AWS IoT Core, which no emulator has a broker for: its data endpoint (`POST /topics/...`, as the SDK sends it) in front of a real MQTT broker over
 * WebSocket, which asks a custom authorizer about each connection and keeps to the policy that it answers with. What is only imitated: signatures are seen, not
 * checked, and its limits are those that matter here (payload, topic, keep-alive, one connection for each client id).
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Aedes, type Client } from 'aedes';
import type { IoTCustomAuthorizerEvent } from 'aws-lambda';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { type IotPermission, permissionOf } from './iot-policy.ts';

const PAYLOAD_BYTES_MAX = 128 * 1024;
const TOPIC_BYTES_MAX = 256;
const TOPIC_SLASHES_MAX = 7;
const KEEPALIVE_SECONDS_MAX = 1_200;

export interface IotCoreOptions {
  /** The custom authorizer: asked with the event that IoT Core sends to its Lambda. One that throws lets nobody in. */
  authorize(event: IoTCustomAuthorizerEvent): Promise<unknown>;
  authorizerName: string;
  /** Of the policies' resources. */
  region?: string;
  account?: string;
}

export interface IotCore {
  /** Of the data endpoint: for the SDK. */
  url: string;
  /** For browsers, as `/config.json` has it, but for its `wss:`. */
  mqttUrl: string;
  /** How the data endpoint answers the next publications, one status each, instead of taking them. */
  refusals: number[];
  /** Everything that was published. */
  published: { topic: string; bytes: number }[];
  stop(): Promise<void>;
}

export async function startIotCore(options: IotCoreOptions): Promise<IotCore> {
  const { account = '123456789012', region = 'eu-west-1' } = options;
  const permissions = new Map<Client, IotPermission>();
  const upgrades = new Map<Client, IncomingMessage>();
  const broker = await Aedes.createBroker({
    keepaliveLimit: KEEPALIVE_SECONDS_MAX,
    authenticate(client, username, password, done) {
      const event = eventOf(upgrades.get(client), { username, password, clientId: client.id });
      const answered = event === null ? Promise.resolve(null) : options.authorize(event);
      answered
        .catch(() => null)
        .then((answer) => {
          const may = permissionOf(answer, `arn:aws:iot:${region}:${account}:`);
          if (may?.('Connect', `client/${client.id}`)) permissions.set(client, may);
          const isIn = permissions.has(client);
          done(isIn ? null : Object.assign(new Error('not authorized'), { returnCode: 5 }), isIn);
        });
    },
    // Whoever does what they may not is thrown out, as IoT Core does it.
    authorizePublish(client, { topic }, done) {
      done(
        client !== null && permissions.get(client)?.('Publish', `topic/${topic}`) ? null : new Error('not authorized'),
      );
    },
    authorizeSubscribe(client, subscription, done) {
      const may = client !== null && permissions.get(client)?.('Subscribe', `topicfilter/${subscription.topic}`);
      if (may) done(null, subscription);
      else done(new Error('not authorized'));
    },
    authorizeForward: (client, packet) =>
      permissions.get(client)?.('Receive', `topic/${packet.topic}`) ? packet : null,
  });
  function eventOf(
    upgrade: IncomingMessage | undefined,
    mqtt: { username?: string | undefined; password?: Buffer | undefined; clientId: string },
  ) {
    const queryString = upgrade?.url?.replace(/^[^?]*/, '') ?? '';
    const named = new URLSearchParams(queryString).get('x-amz-customauthorizer-name');
    if (named !== options.authorizerName) return null;
    return authorizerEvent(upgrade, queryString, mqtt);
  }

  const published: IotCore['published'] = [];
  const refusals: number[] = [];
  const server = createServer((request, response) => {
    void takePublication(request, response, refusals, (topic, payload) => {
      published.push({ topic, bytes: payload.length });
      broker.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, () => {});
    });
  });
  const sockets = new WebSocketServer({ server, path: '/mqtt', handleProtocols: () => 'mqtt' });
  sockets.on('connection', (socket, request) => {
    const client = broker.handle(createWebSocketStream(socket), request);
    upgrades.set(client, request);
  });
  broker.on('clientDisconnect', (client) => {
    permissions.delete(client);
    upgrades.delete(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    mqttUrl: `ws://127.0.0.1:${port}/mqtt?x-amz-customauthorizer-name=${options.authorizerName}`,
    refusals,
    published,
    async stop() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => broker.close(resolve));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function authorizerEvent(
  upgrade: IncomingMessage | undefined,
  queryString: string,
  { username, password, clientId }: { username?: string | undefined; password?: Buffer | undefined; clientId: string },
): IoTCustomAuthorizerEvent {
  const headers = Object.fromEntries(
    Object.entries(upgrade?.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  return {
    signatureVerified: false,
    protocols: ['tls', 'http', 'mqtt'],
    protocolData: {
      tls: { serverName: upgrade?.headers.host ?? '' },
      http: { headers, queryString },
      mqtt: {
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password: password.toString('base64') }),
        clientId,
      },
    },
    connectionMetadata: { id: randomUUID() },
  };
}

async function takePublication(
  request: IncomingMessage,
  response: ServerResponse,
  refusals: number[],
  publish: (topic: string, payload: Buffer) => void,
): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const payload = Buffer.concat(pieces);
  const [path = ''] = (request.url ?? '').split('?');
  const topic = decodeURIComponent(path.replace(/^\/topics\//, ''));
  const answer = (status: number, error: string | null) => {
    if (error !== null) response.setHeader('x-amzn-errortype', error);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: error ?? 'OK', traceId: randomUUID() }));
  };
  const refusal = refusals.shift();
  if (refusal !== undefined)
    return answer(refusal, refusal === 429 ? 'ThrottlingException' : 'InternalFailureException');
  if (request.method !== 'POST' || !path.startsWith('/topics/')) return answer(404, 'ResourceNotFoundException');
  if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256')) return answer(403, 'ForbiddenException');
  if (payload.length > PAYLOAD_BYTES_MAX) return answer(413, 'RequestEntityTooLargeException');
  const isTopic =
    Buffer.byteLength(topic) <= TOPIC_BYTES_MAX &&
    topic.split('/').length - 1 <= TOPIC_SLASHES_MAX &&
    !/[+#]/.test(topic);
  if (!isTopic) return answer(400, 'InvalidRequestException');
  publish(topic, payload);
  answer(200, null);
}
