import { afterEach, describe, expect, it } from 'vitest';
import { limits } from '../../core/limits.ts';
import { openConnection, problemIn } from './fixtures/raw-connection.ts';
import { type SampleServer, startSampleServer } from './fixtures/sample-server.ts';
import type { TestServerOptions } from './fixtures/start-server.ts';

let server: SampleServer;
async function start(options: TestServerOptions = {}): Promise<SampleServer> {
  server = await startSampleServer(options);
  return server;
}
afterEach(() => server.close(0));

const json = { 'content-type': 'application/json' };

describe('the size of a body', () => {
  const max = limits.apiBodyBytesMax;
  const documentOf = (bytes: number) => `{"name":"${'x'.repeat(bytes - 11)}"}`;
  const head = (path: string, ...lines: string[]) =>
    [
      `POST ${path} HTTP/1.1`,
      'Host: a',
      `Authorization: Bearer ${server.token}`,
      'Content-Type: application/json',
      ...lines,
      '',
      '',
    ].join('\r\n');
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

  it('may be 5 MB, whether it says so or not', async () => {
    await start();
    for (const body of [documentOf(max), new Blob([documentOf(max)]).stream()]) {
      const answer = await server.call('/api/things/thing-1', {
        method: 'POST',
        headers: json,
        body,
        duplex: 'half',
      } as RequestInit);
      expect(answer.status).toBe(201);
      expect((await answer.text()).length).toBe(max);
    }
  });

  it('is refused before any of it is sent when it says that it is more', async () => {
    await start();
    for (const path of ['/api/things/thing-1', '/api/texts', '/api/unread']) {
      const connection = await openConnection(server.port);
      connection.send(head(path, `Content-Length: ${max + 1}`));
      expect(problemIn(await connection.received('}'))).toMatchObject({ status: 413, code: 'body_too_large' });
      connection.socket.destroy();
    }
  });

  it.each(['/api/things/thing-1', '/api/texts'])(
    'is refused as soon as it is more, and never ends: %s',
    async (path) => {
      await start();
      const connection = await openConnection(server.port);
      const type = path === '/api/texts' ? ['Content-Type: application/yaml'] : [];
      connection.send(
        head(path, 'Transfer-Encoding: chunked', ...type).replace(
          type.length > 0 ? 'Content-Type: application/json\r\n' : '',
          '',
        ),
      );
      const megabyte = chunk('x'.repeat(1024 * 1024));
      for (let i = 0; i < 5; i++) connection.send(megabyte);
      connection.send(chunk('y'));
      expect(problemIn(await connection.received('}'))).toMatchObject({ status: 413, code: 'body_too_large' });
      connection.socket.destroy();
    },
  );

  it('does no harm where nobody reads it, and the next request of the connection is answered', async () => {
    await start();
    const connection = await openConnection(server.port);
    connection.send(head('/api/unread', 'Transfer-Encoding: chunked') + chunk('x'.repeat(100_000)) + chunk(''));
    connection.send(`GET /api/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    const answers = await connection.closed();
    expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(answers).toContain('{"status":"ok"}');
  });

  it('is left to the route where tasks deliver', async () => {
    await start();
    const body = Buffer.alloc(max + 1);
    const answer = await fetch(`${server.url}/api/run-folders/run-1`, { method: 'POST', body });
    expect(await answer.json()).toEqual({ bytes: max + 1 });
  });
});
