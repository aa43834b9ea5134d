/** A user's HTTP/1.1 side without a load, for tests. */
import { type HttpSettings, httpSettingsDefault, type Method } from '../../../core/scenario/scenario.ts';
import { Http1Client } from '../protocols/http1/client.ts';
import { Origins } from '../protocols/http1/origins.ts';
import {
  compileShape,
  type Headers,
  type Http1Request,
  type RequestNeeds,
  requestOf,
} from '../protocols/http1/request.ts';
import type { Exchange } from '../protocols/protocol.ts';

export interface RequestChanges extends Partial<RequestNeeds> {
  method?: Method;
  headers?: Headers;
  body?: string;
  contentType?: string;
}

export interface TestClient {
  client: Http1Client;
  /** Sends a request and waits for its end. */
  send(url: string, changes?: RequestChanges): Promise<Http1Client>;
}

/** By default, without resources and without anything that is cleared. `look` sees exchanges while they are valid. */
export function testClient(
  settings: Partial<HttpSettings> = {},
  look: (exchange: Exchange) => void = () => {},
  origins = new Origins(),
): TestClient {
  let ended = Promise.withResolvers<Http1Client>();
  const client = new Http1Client({
    origins,
    userIndex: 0,
    listener: {
      onEnded: (exchange) => {
        look(exchange);
        ended.resolve(client);
      },
    },
    settings: { ...httpSettingsDefault, ...settings },
    fill: (text) => text,
    random: Math.random,
  });
  client.iterationBegan();
  return {
    client,
    send: (url, changes) => {
      ended = Promise.withResolvers();
      client.begin(testRequest(url, origins, changes), performance.now());
      return ended.promise;
    },
  };
}

export function testRequest(url: string, origins: Origins, changes: RequestChanges = {}): Http1Request {
  const { method = 'GET', headers = [], body, contentType, ...needs } = changes;
  const { pathname, search, href } = new URL(url);
  const shape = compileShape(
    { method, url: new URL(href), headers, keepAlive: true, userAgent: 'test', contentType: contentType ?? null },
    { followsRedirects: true, needsHead: false, needsBody: false, ...needs },
    origins,
  );
  return requestOf(shape, `${pathname}${search}`, [], body ?? null);
}
