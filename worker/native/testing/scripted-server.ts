/** Servers that answer as a test says, byte by byte. */
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';

export interface ServedRequest {
  /** Head and body as they came, one character a byte. */
  text: string;
  method: string;
  path: string;
  body: string;
  headers: Record<string, string>;
  /** From 0: which request of the server, and of its connection, it is. */
  number: number;
  numberOnConnection: number;
}

export interface ScriptedServer {
  port: number;
  url: string;
  requests: ServedRequest[];
  connections: number;
  /** Connections that are open now. */
  open: Set<net.Socket>;
  close(): Promise<void>;
}

export interface ScriptedServerOptions {
  host?: string;
  port?: number;
  tls?: tls.TlsOptions;
  onConnection?(socket: net.Socket): void;
}

/** Null: nothing is written. */
type Answer = string | Buffer | null;

/** `answer` gets every whole request and the socket that it came on; a text is written as it is. */
export async function scriptedServer(
  answer: (request: ServedRequest, socket: net.Socket) => Answer | Promise<Answer>,
  options: ScriptedServerOptions = {},
): Promise<ScriptedServer> {
  const host = options.host ?? '127.0.0.1';
  const open = new Set<net.Socket>();
  const onSocket = (socket: net.Socket): void => {
    served.connections++;
    open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    options.onConnection?.(socket);
    let pending = '';
    let numberOnConnection = 0;
    socket.on('data', (chunk: Buffer) => {
      pending += chunk.toString('latin1');
      for (let length = requestLength(pending); length > 0; length = requestLength(pending)) {
        const request = readRequest(pending.slice(0, length), served.requests.length, numberOnConnection++);
        pending = pending.slice(length);
        served.requests.push(request);
        void Promise.resolve(answer(request, socket)).then((response) => {
          if (response !== null && !socket.destroyed) socket.write(response);
        });
      }
    });
  };
  const server = options.tls === undefined ? net.createServer(onSocket) : tls.createServer(options.tls, onSocket);
  if (options.tls !== undefined) server.on('tlsClientError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: options.port ?? 0, backlog: 4096 }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  const served: ScriptedServer = {
    port,
    url: `${options.tls === undefined ? 'http' : 'https'}://${shownHost}:${port}`,
    requests: [],
    connections: 0,
    open,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
  return served;
}

/** 0 while it is not whole. */
function requestLength(text: string): number {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return 0;
  const length = headEnd + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd + 2))?.[1] ?? 0);
  return text.length < length ? 0 : length;
}

function readRequest(text: string, number: number, numberOnConnection: number): ServedRequest {
  const headEnd = text.indexOf('\r\n\r\n');
  const [line = '', ...headerLines] = text.slice(0, headEnd).split('\r\n');
  const [method = '', path = ''] = line.split(' ');
  const headers = Object.fromEntries(
    headerLines.map((header) => {
      const colon = header.indexOf(':');
      return [header.slice(0, colon).toLowerCase(), header.slice(colon + 2)];
    }),
  );
  return { text, method, path, headers, body: text.slice(headEnd + 4), number, numberOnConnection };
}

/** A response with a Content-Length. */
export function response(body = '', { code = 200, headers = '' }: { code?: number; headers?: string } = {}): string {
  return `HTTP/1.1 ${code} Reason\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
