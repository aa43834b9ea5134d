import { afterEach, describe, expect, it } from 'vitest';
import { httpSettingsDefault } from '../../../../core/scenario/scenario.ts';
import { response, type ScriptedServer, scriptedServer } from '../../testing/scripted-server.ts';
import { Http1Client } from './client.ts';
import { Origins } from './origins.ts';
import { compileRequest, type Http1Request } from './request.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

function requestTo(url: string, origins: Origins): Http1Request {
  return compileRequest(
    { method: 'GET', url: new URL(url), headers: [], body: null, keepAlive: false, userAgent: 'test' },
    { followsRedirects: true, needsHead: false, needsBody: false },
    origins,
  );
}

/** A client, and a way to send one request at a time with it. */
function clientOf(origins: Origins, userIndex = 0) {
  let ended = Promise.withResolvers<Http1Client>();
  const client = new Http1Client({
    origins,
    userIndex,
    listener: { onEnded: () => ended.resolve(client) },
    settings: httpSettingsDefault,
    fill: (text) => text,
    random: Math.random,
  });
  const send = (request: Http1Request): Promise<Http1Client> => {
    ended = Promise.withResolvers();
    client.begin(request, performance.now());
    return ended.promise;
  };
  return { client, send };
}

describe('closing a client', () => {
  it('drops the request under way without a word', async () => {
    const server = await scriptedServer(() => null);
    servers.push(server);
    const origins = new Origins();
    let isEnded = false;
    const client = new Http1Client({
      origins,
      userIndex: 0,
      listener: {
        onEnded: () => {
          isEnded = true;
        },
      },
      settings: httpSettingsDefault,
      fill: (text) => text,
      random: Math.random,
    });
    client.begin(requestTo(server.url, origins), performance.now());
    await expect.poll(() => server.requests.length).toBe(1);
    client.close();
    client.timeOut(performance.now());
    await expect.poll(() => server.open.size).toBe(0);
    expect(isEnded).toBe(false);
  });

  it('while it connects and while it resolves a name', async () => {
    const server = await scriptedServer(() => response('ok'));
    servers.push(server);
    const origins = new Origins();
    for (const url of [server.url, `http://localhost:${server.port}`, 'http://no-such-host.invalid']) {
      const { client, send } = clientOf(origins);
      void send(requestTo(url, origins)).then(() => expect.unreachable());
      client.close();
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.requests.length).toBe(0);
  });
});
