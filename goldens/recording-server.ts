/** A server on loopback that answers as a corpus file says and keeps every request as it came. */
import { readFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { type Answer, bodyOf, challengeOf, plainAnswer } from './answers.ts';
import type { Ports } from './corpus-file.ts';

export interface ReceivedRequest {
  method: string;
  /** Path and query, as they were sent. */
  target: string;
  isSecure: boolean;
  /** Common name of the client's certificate; null: it showed none. */
  client: string | null;
  /** From 0, in the order in which connections were first used. */
  connection: number;
  headers: [name: string, value: string][];
  body: Buffer;
}

export interface RecordingServer {
  ports: Ports;
  requests: ReceivedRequest[];
  /** Sets how it answers from now on. */
  answers: Record<string, Answer[]>;
  close(): Promise<void>;
}

const certificateFolder = join(import.meta.dirname, '..', 'worker', 'native', 'testing', 'certificate');

export async function startRecordingServer(): Promise<RecordingServer> {
  const sockets = new Set<Socket>();
  const used = new Map<Socket, number>();
  const turns = new Map<string, number>();
  const requests: ReceivedRequest[] = [];

  const answerTo = (method: string, path: string): Answer => {
    const key = `${method} ${path}` in server.answers ? `${method} ${path}` : path;
    const list = server.answers[key] ?? [plainAnswer];
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    return list[Math.min(turn, list.length - 1)]!;
  };

  const onRequest = (isSecure: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url: target = '', socket } = request;
    const connection = used.get(socket) ?? used.size;
    used.set(socket, connection);
    const headers: [string, string][] = [];
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      headers.push([request.rawHeaders[i]!, request.rawHeaders[i + 1]!]);
    }
    const client = socket instanceof TLSSocket ? String(socket.getPeerCertificate().subject?.CN ?? '') : '';
    const received = { method, target, isSecure, client: client || null, connection, headers, body: Buffer.alloc(0) };
    requests.push(received);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.body = Buffer.concat(chunks);
      const answer = asFresh(request.headers, answerTo(method, target.split('?')[0]!));
      const challenge = challengeOf(answer, method, target, request.headers.authorization ?? '');
      const respond = (): void => send(response, socket, answer, challenge);
      if (answer.delayMs > 0) setTimeout(respond, answer.delayMs);
      else respond();
    });
  };

  const plain = http.createServer(onRequest(false));
  const secure = https.createServer(
    {
      key: readFileSync(join(certificateFolder, 'key.pem')),
      cert: readFileSync(join(certificateFolder, 'cert.pem')),
      // Whoever the client is may be told; nobody has to.
      requestCert: true,
      rejectUnauthorized: false,
    },
    onRequest(true),
  );
  for (const each of [plain, secure]) {
    each.keepAliveTimeout = 60_000;
    each.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
  }
  const ports = { plain: await listen(plain), secure: await listen(secure) };
  const alsoOnSix = [await forward(ports.plain, plain), await forward(ports.secure, secure)];

  const server: RecordingServer = {
    ports,
    requests,
    answers: {},
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([plain, secure, ...alsoOnSix].map((each) => new Promise((resolve) => each.close(resolve))));
    },
  };
  return server;
}

/** 304 in place of what the client says that it has. */
function asFresh(headers: IncomingMessage['headers'], answer: Answer): Answer {
  const { ETag: tag, 'Last-Modified': date } = answer.headers;
  const has =
    headers['if-none-match'] === undefined ? headers['if-modified-since'] === date : headers['if-none-match'] === tag;
  const asks = headers['if-none-match'] !== undefined || headers['if-modified-since'] !== undefined;
  return answer.validates && asks && has ? { ...answer, status: 304, body: undefined } : answer;
}

function send(response: ServerResponse, socket: Socket, answer: Answer, challenge: string | null): void {
  if (answer.close === 'instead') {
    socket.destroy();
    return;
  }
  if (answer.close === 'behind') response.setHeader('Connection', 'close');
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  if (challenge !== null) {
    response.setHeader('WWW-Authenticate', challenge);
    response.statusCode = 401;
    response.end('who are you?');
    return;
  }
  const body = bodyOf(answer);
  response.statusCode = answer.status;
  if (answer.encoding !== undefined) response.setHeader('Content-Encoding', answer.encoding);
  if (!response.hasHeader('Content-Type') && body.length > 0) response.setHeader('Content-Type', 'text/plain');
  if (answer.chunked) response.write(body.subarray(0, 3));
  else if (answer.status >= 200 && answer.status !== 204 && answer.status !== 304) {
    response.setHeader('Content-Length', body.length);
  }
  response.end(answer.chunked ? body.subarray(3) : body);
}

/** Ports always have five digits, so that a text that holds one has the same length each time. */
async function listen(server: net.Server): Promise<number> {
  for (;;) {
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    if (port >= 10_000) return port;
    await new Promise((resolve) => server.close(resolve));
  }
}

/** The same port of `::1`, which is what `localhost` is for some; nothing there where the machine has no IPv6. */
async function forward(port: number, to: net.Server): Promise<net.Server> {
  const server = net.createServer((socket) => void to.emit('connection', socket));
  await new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.listen(port, '::1', resolve);
  });
  return server;
}
