import { afterEach, describe, expect, it } from 'vitest';
import { response, type ScriptedServer, scriptedServer } from '../../testing/scripted-server.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import { Origins } from './origins.ts';
import { compileRequest, type Http1Request } from './request.ts';
import type { ResponseWishes } from './response-parser.ts';
import { UserNetwork } from './user-network.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const wishes: ResponseWishes = {
  isHead: false,
  keepsHead: false,
  interests: 0,
  body: null,
  document: null,
  memo: null,
};
const needs = { followsRedirects: false, needsHead: false, needsBody: false };
const origins = new Origins({});

function requestTo({ url }: ScriptedServer, path: string): Http1Request {
  const parts = { method: 'GET', keepAlive: true, userAgent: 'test', headers: [], body: null } as const;
  return compileRequest({ ...parts, url: new URL(path, url) }, needs, origins);
}

/**
 * Opens a connection, asks for /first, and calls `onResponse` with its response; later ones are left alone. `warmUps`: large responses before, after which
 * the system lets much be on its way at once. All that happened, in order.
 */
function afterFirst(
  server: ScriptedServer,
  onResponse: (connection: Connection) => void,
  warmUps = 0,
): Promise<string[]> {
  const events: string[] = [];
  let warmUpsLeft = warmUps;
  const begin = (connection: Connection): void => {
    connection.send(requestTo(server, warmUpsLeft > 0 ? '/warm' : '/first'), wishes);
  };
  return new Promise((resolve) => {
    const say = (event: string, isLast = false): void => {
      events.push(event);
      // What would come behind it comes soon.
      if (isLast) setTimeout(resolve, 50, events);
    };
    let responses = 0;
    const owner: ConnectionOwner = {
      onConnected: begin,
      onSent: () => say('sent'),
      onConnectFailed: (_, failure) => say(`not connected: ${failure.type}`, true),
      onResponse: (connection) => {
        if (warmUpsLeft > 0) {
          warmUpsLeft--;
          setTimeout(begin, 5, connection);
          return;
        }
        say(`response ${++responses}`, responses === 2);
        if (responses > 1) return connection.close();
        onResponse(connection);
        say('called');
        if (!connection.isIdle && connection.unsentBytes === 0) say('nothing waits');
      },
      onBroken: (_, failure) => say(`broken: ${failure.type}`, true),
      onIdleClosed: () => say('idle closed', true),
    };
    new Connection(origins.of(new URL(server.url)), new UserNetwork(origins, 0, () => 0), owner, performance.now());
  });
}

async function serve(answer: (path: string) => string | Buffer | null): Promise<ScriptedServer> {
  const server = await scriptedServer(({ path }) => answer(path));
  servers.push(server);
  return server;
}

describe('a request that a response calls for', () => {
  it('is sent once the batch of responses is read', async () => {
    const server = await serve(() => response('ok'));
    const second = requestTo(server, '/second');
    const events = await afterFirst(server, (connection) => {
      connection.send(second, wishes);
      expect(connection.unsentBytes).toBe(second.wireBytes);
    });
    expect(events).toEqual(['response 1', 'called', 'sent', 'response 2']);
    expect(server.requests.map(({ path }) => path)).toEqual(['/first', '/second']);
  });

  it('is not sent when the connection is closed before, and counts as unsent', async () => {
    const server = await serve(() => response('ok'));
    const second = requestTo(server, '/second');
    const unsentBytes = await new Promise<number>((resolve) => {
      void afterFirst(server, (connection) => {
        connection.send(second, wishes);
        connection.close();
        setTimeout(() => resolve(connection.unsentBytes), 50);
      });
    });
    expect(unsentBytes).toBe(second.wireBytes);
    expect(server.requests.map(({ path }) => path)).toEqual(['/first']);
  });

  it('is broken off by bytes that nobody asked for, without having been sent', async () => {
    // One read takes 64 KiB: what follows is read before anything is sent.
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 65000\r\nX: ';
    const filler = 'x'.repeat(64 * 1024 - 65_000 - head.length - 4);
    const whole = `${head}${filler}\r\n\r\n${'b'.repeat(65_000)}`;
    expect(whole.length).toBe(64 * 1024);
    const server = await serve((path) =>
      path === '/first' ? `${whole}${response('unasked')}` : response('w'.repeat(4_000_000)),
    );
    const events = await afterFirst(server, (connection) => connection.send(requestTo(server, '/second'), wishes), 3);
    expect(events).toEqual(['response 1', 'called', 'broken: closed-early']);
    expect(server.requests.map(({ path }) => path)).toEqual(['/warm', '/warm', '/warm', '/first']);
  });

  it('is sent at once when it is large', async () => {
    const server = await serve(() => response('ok'));
    const large = { ...requestTo(server, '/large'), payload: Buffer.alloc(20_000, 'x'), keepAlive: true };
    const wire = `POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 20000\r\n\r\n`;
    const events = await afterFirst(server, (connection) =>
      connection.send({ wire, payload: large.payload, wireBytes: wire.length + 20_000, keepAlive: true }, wishes),
    );
    expect(events).toEqual(['response 1', 'called', 'nothing waits', 'response 2']);
    expect(server.requests.at(-1)?.body.length).toBe(20_000);
  });
});
