import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openConnection } from './fixtures/raw-connection.ts';
import { registerSampleRoutes } from './fixtures/sample-routes.ts';
import { type LogLine, startServer, type TestServer } from './fixtures/start-server.ts';

describe('a streamed answer', () => {
  let server: TestServer;
  let logged: LogLine[];
  let events: string[];
  beforeEach(async () => {
    logged = [];
    events = [];
    server = await startServer({
      app: {
        moreRoutes: (api) =>
          registerSampleRoutes(api, {
            log: (level, message, fields) => void logged.push({ ...fields, level, message }),
            events,
          }),
      },
    });
  });
  afterEach(() => server.close(0));

  it('comes whole', async () => {
    const answer = await server.call('/api/streams/whole');
    expect(answer.headers.get('content-type')).toBe('text/plain');
    expect(await answer.text()).toBe('first last');
    expect(events).toEqual(['begun', 'ended']);
  });

  it('that fails in the middle is broken off, so that nobody takes it for whole', async () => {
    const whole = server.call('/api/streams/broken').then((answer) => answer.text());
    await expect(whole).rejects.toBeInstanceOf(Error);
    expect(logged).toMatchObject([
      { level: 'error', message: 'an answer broke off', error: expect.stringContaining('the source is gone') },
    ]);
    expect(events).toEqual(['begun', 'ended']);
  });

  it('ends its source when the client goes', async () => {
    const connection = await openConnection(server.port);
    connection.send(`GET /api/streams/endless HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${server.token}\r\n\r\n`);
    await connection.received(/more[\s\S]*more/);
    expect(events).toEqual(['begun']);
    connection.socket.destroy();
    await vi.waitFor(() => expect(events).toEqual(['begun', 'ended']), 20_000);
    expect(logged).toEqual([]);
  });
});
