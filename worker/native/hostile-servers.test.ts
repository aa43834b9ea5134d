/** Servers that do what servers should not do: each becomes a counted failure, none disturbs the run. */
import { readFileSync } from 'node:fs';
import type net from 'node:net';
import { join } from 'node:path';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { limits } from '../../core/limits.ts';
import { closed, errorsOf, runNative, type StepChanges } from './testing/run-native.ts';
import { response, type ServedRequest } from './testing/scripted-server.ts';
import { serve } from './testing/serve-scripted.ts';

/** Writes the parts one after the other, each as a packet of its own. */
async function inParts(socket: net.Socket, parts: readonly string[]): Promise<null> {
  for (const part of parts) {
    socket.write(Buffer.from(part, 'latin1'));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return null;
}

function endWith(socket: net.Socket, text: string): null {
  socket.end(text);
  return null;
}

const endless = (socket: net.Socket, begin: string, part: string): null => {
  socket.write(begin);
  const more = (): void => {
    while (!socket.destroyed && socket.write(part));
  };
  socket.on('drain', more);
  more();
  return null;
};

const certificate = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'testing/certificate', name));
const tls: TlsOptions = { key: certificate('server-key.pem'), cert: certificate('server.pem') };

/** Of the TCP connection, whatever runs over it. */
function reset(socket: net.Socket): null {
  const raw = (socket as TLSSocket & { _parent?: net.Socket })._parent ?? socket;
  raw.resetAndDestroy();
  return null;
}

describe.each([
  ['TCP', {}],
  ['TLS', { tls }],
])('over %s', (_name, options) => {
  /** One user, `iterations` requests to a server that answers each as told. */
  async function ask(
    answer: (request: ServedRequest, socket: net.Socket) => string | Buffer | null | Promise<string | Buffer | null>,
    { iterations = 1, ...step }: Partial<StepChanges> & { iterations?: number } = {},
  ) {
    const server = await serve(answer, options);
    const result = await runNative({ steps: [{ url: `${server.url}/`, ...step }], loads: [closed({ iterations })] });
    return { ...result, server, errors: errorsOf(result.total) };
  }

  describe('responses that are no HTTP', () => {
    const malformed = 'protocol: a header of the response is malformed';
    it.each<[string, string, string]>([
      [
        'another protocol',
        '220 mail.example ESMTP\r\n',
        'protocol: the response does not begin with an HTTP/1.x status line',
      ],
      ['a folded header', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n', malformed],
      ['a bare line feed', 'HTTP/1.1 200 OK\r\nA: b\nContent-Length: 0\r\n\r\n', malformed],
      [
        'two lengths',
        'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
        'protocol: the response states its length twice',
      ],
      [
        'a bad chunk',
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello',
        'protocol: the chunks of the response are malformed',
      ],
      [
        'a flood of interim responses',
        'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100),
        'protocol: too many interim (1xx) responses',
      ],
    ])('%s', async (_, answer, error) => {
      // The next request gets a connection of its own, and is not disturbed.
      const { errors, server, total } = await ask(({ number }) => (number === 0 ? answer : response('ok')), {
        iterations: 2,
      });
      expect(errors).toEqual({ [error]: 1 });
      expect(total).toMatchObject({ requests: 2, failures: 1 });
      expect(Object.fromEntries(total.codes)).toEqual({ 200: 1 });
      expect(server.connections).toBe(2);
    });

    it('endless headers end at the limit', async () => {
      const { errors, total } = await ask((_request, socket) =>
        endless(socket, 'HTTP/1.1 200 OK\r\n', 'A: b\r\n'.repeat(10_000)),
      );
      expect(errors).toEqual({ 'protocol: the head of the response is too large': 1 });
      expect(total.bytesReceived).toBeLessThan(limits.responseHeadBytesMax + 128 * 1024);
    });
  });

  describe('connections that end too soon', () => {
    const early = 'closed-early: the connection was closed before the response was complete';
    it('before any byte, on a fresh connection', async () => {
      const { errors, server } = await ask((_request, socket) => endWith(socket, ''));
      expect(errors).toEqual({ [early]: 1 });
      expect(server.requests.length).toBe(1);
    });

    it('within the body', async () => {
      const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf';
      const { errors, total } = await ask((_request, socket) => endWith(socket, answer));
      expect(errors).toEqual({ [early]: 1 });
      // No whole response came, so no code is counted.
      expect(total.codes.size).toBe(0);
      expect(total.bytesReceived).toBe(answer.length);
      expect(total.timeToFirstByte.count).toBe(1);
    });

    it('by a reset', async () => {
      const { errors } = await ask((_request, socket) => {
        return reset(socket);
      });
      expect(errors).toEqual({ 'reset: the connection was reset before the response was complete': 1 });
    });

    it.each(['end', 'reset'])(
      'kept ones, before any byte of the next response: tried again once, counted once (%s)',
      async (how) => {
        const { server, total } = await ask(
          ({ numberOnConnection }, socket) => {
            if (numberOnConnection === 0) return response('ok');
            if (how === 'end') socket.end();
            else reset(socket);
            return null;
          },
          { iterations: 4, method: 'POST', body: { kind: 'text', text: 'order' } },
        );
        // The second request goes out on the kept connection, fails there, and succeeds on a new one; the third fails on that ...
        expect(total).toMatchObject({ requests: 4, failures: 0, plannedStarts: 4 });
        expect(server.requests.length).toBe(7);
        expect(server.connections).toBe(4);
        expect(total.connect?.count).toBe(4);
        expect(total.bytesSent).toBe(server.requests.reduce((sum, { text }) => sum + text.length, 0));
      },
    );

    it('kept ones, when a byte of the response has come: not tried again', async () => {
      const { errors, server } = await ask(
        ({ numberOnConnection }, socket) => {
          if (numberOnConnection === 0) return response('ok');
          socket.end('H');
          return null;
        },
        { iterations: 2 },
      );
      expect(errors).toEqual({ [early]: 1 });
      expect(server.requests.length).toBe(2);
    });

    it('while idle: nobody notices', async () => {
      const { server, total } = await ask(
        (_request, socket) => {
          setTimeout(() => socket.end(), 10);
          return response('ok');
        },
        { iterations: 3, thinkTimeSeconds: 0.2 },
      );
      expect(total).toMatchObject({ requests: 3, failures: 0 });
      expect(server.connections).toBe(3);
    });
  });

  describe('responses that come strangely, but right', () => {
    it.each<[string, string[]]>([
      ['byte by byte', Array.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')],
      [
        'chunks in odd pieces',
        [
          'HTTP/1.1 200 OK\r\nTransfer-Enc',
          'oding: chunked\r\n\r',
          '\n3',
          ';x=y\r',
          '\nhe',
          'l\r\n2\r\nl',
          'o\r\n0\r\nA: ',
          'b\r\n\r',
          '\n',
        ],
      ],
      [
        'behind interim responses',
        [
          'HTTP/1.1 100 Continue\r\n\r\n',
          'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n',
          '\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
        ],
      ],
    ])('%s', async (_, parts) => {
      const { total, server } = await ask((_request, socket) => inParts(socket, parts), {
        iterations: 2,
        assertions: [
          { kind: 'contains', contains: ['^hello$'], subject: 'body', regexp: true, not: false, assumeSuccess: false },
        ],
      });
      expect(total).toMatchObject({ requests: 2, failures: 0, bytesReceived: 2 * parts.join('').length });
      expect(server.connections).toBe(1);
    });

    it('a body that ends with the connection', async () => {
      const { server, total } = await ask(
        (_request, socket) => {
          socket.end('HTTP/1.1 200 OK\r\n\r\nall of it');
          return null;
        },
        { iterations: 2 },
      );
      expect(total).toMatchObject({ requests: 2, failures: 0 });
      expect(server.connections).toBe(2);
    });

    it('more than the response: the connection is not used again', async () => {
      const { server, total } = await ask(() => `${response('ok')}HTTP/1.1 200 OK`, { iterations: 2 });
      expect(total).toMatchObject({ requests: 2, failures: 0 });
      expect(server.connections).toBe(2);
    });

    it('something nobody asked for, between two requests', async () => {
      const { server, total } = await ask(
        (_request, socket) => {
          setTimeout(() => socket.write(response('surprise')), 10);
          return response('ok');
        },
        { iterations: 2, thinkTimeSeconds: 0.2 },
      );
      expect(total).toMatchObject({ requests: 2, failures: 0 });
      expect(server.connections).toBe(2);
    });

    it('Connection: close is obeyed', async () => {
      const { server, total } = await ask(() => response('ok', { headers: 'Connection: close\r\n' }), {
        iterations: 3,
      });
      expect(total).toMatchObject({ requests: 3, failures: 0 });
      expect(server.connections).toBe(3);
    });

    it('a response before the whole request was taken', async () => {
      const server = await serve(() => null, {
        ...options,
        onConnection: (socket) => {
          socket.pause();
          socket.write(response('too large', { code: 413 }));
        },
      });
      const { total } = await runNative({
        steps: [{ url: server.url, method: 'POST', body: { kind: 'file', path: 'large' } }],
        loads: [closed({ iterations: 2 })],
        files: { large: Buffer.alloc(20 * 1024 * 1024) },
      });
      expect(errorsOf(total)).toEqual({ 'http: 413 Content Too Large': 2 });
      expect(server.connections).toBe(2);
      expect(total.bytesSent).toBeLessThan(2 * 20 * 1024 * 1024);
    });
  });

  describe('timeouts', () => {
    it.each<[string, (socket: net.Socket) => null]>([
      ['a server that never answers', () => null],
      ['a head that never ends', (socket) => endlessly(socket, 'HTTP/1.1 200 OK\r\nA: ', 'b')],
      [
        'a body that never ends',
        (socket) => endlessly(socket, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\na\r\n'),
      ],
    ])('%s', async (_, answer) => {
      const { errors, server, total } = await ask(
        ({ number }, socket) => (number === 0 ? answer(socket) : response('ok')),
        { iterations: 2, timeoutSeconds: 1 },
      );
      expect(errors).toEqual({ 'timeout: no complete response in time': 1 });
      expect(total.serviceTime.maxUs).toBeGreaterThanOrEqual(1_000_000);
      expect(server.connections).toBe(2);
    });

    /** Slowly, but without a pause. */
    function endlessly(socket: net.Socket, begin: string, part: string): null {
      socket.write(begin);
      const timer = setInterval(() => socket.write(part), 10);
      socket.on('close', () => clearInterval(timer));
      return null;
    }
  });

  it('a body as large as one likes takes no more memory than what is kept of it', async () => {
    const part = Buffer.alloc(256 * 1024, 'abcdefgh');
    const parts = 640;
    let mostBytes = 0;
    const usedBytes = (): number => {
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const before = usedBytes();
    const sampler = setInterval(() => {
      mostBytes = Math.max(mostBytes, usedBytes() - before);
    }, 20);
    const head = 'HTTP/1.1 200 OK\r\n\r\n';
    const { total } = await ask(
      (_request, socket) => {
        socket.write(head);
        let sent = 0;
        const more = (): void => {
          while (sent < parts) {
            sent++;
            if (!socket.write(part)) return;
          }
          socket.end();
        };
        socket.on('drain', more);
        more();
        return null;
      },
      {
        timeoutSeconds: 60,
        assertions: [
          { kind: 'contains', contains: ['abc'], subject: 'body', regexp: false, not: false, assumeSuccess: false },
        ],
      },
    );
    clearInterval(sampler);
    expect(total).toMatchObject({ failures: 0, bytesReceived: head.length + parts * part.length });
    expect(mostBytes).toBeLessThan((parts * part.length) / 2);
  });

  it('a connection that is cut within a body without a length ends the body', async () => {
    const { total, errors } = await ask((_request, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nsome of it', () => {
        const raw = (socket as TLSSocket & { _parent?: net.Socket })._parent ?? socket;
        raw.end();
      });
      return null;
    });
    // TLS could tell it from the real end, but so many servers do not bother to say goodbye that nobody does.
    expect(errors).toEqual({});
    expect(total.bytesReceived).toBe(29);
  });

  it('keeps the beginning of a failed response as an example', async () => {
    const { total } = await ask(() => response('{"error":"out of tea"}', { code: 418, headers: 'X-Pot: 1\r\n' }), {
      iterations: 3,
    });
    const [error, ...more] = total.errors.values();
    expect(more).toEqual([]);
    expect(error).toMatchObject({ type: 'http', message: '418', count: 3 });
    expect(error?.example).toMatch(
      /^GET https?:\/\/127\.0\.0\.1:\d+\/\nHTTP\/1\.1 418 Reason\r\nX-Pot: 1\r\nContent-Length: 22\r\n\r\n\{"error":"out of tea"\}$/,
    );
  });

  it('keeps the beginning of a failed response that came in many reads', async () => {
    const { total } = await ask((_request, socket) =>
      inParts(socket, ['HTTP/1.1 503 No\r\nContent-Length: 8\r\n\r\nbusy', 'busy']),
    );
    expect([...total.errors.values()][0]?.example).toContain('503 No\r\nContent-Length: 8\r\n\r\nbusy');
  });
});
