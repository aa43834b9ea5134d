/** The practice target's HTTP server: gives the routes' answers and counts every one of them. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Answer, createRoutes } from './routes.ts';
import { ServedCounts } from './served-counts.ts';

const COUNT_PATH = '/__count';

/** A server that is not listening yet. */
export function createPracticeServer(): Server {
  const counts = new ServedCounts();
  const route = createRoutes();

  const server = createServer((request, response) => {
    const method = request.method ?? 'GET';
    const path = pathOf(request);
    if (path === COUNT_PATH) {
      answerCount(method, response, counts);
      return;
    }
    counts.received();
    let settled = false;
    response.once('close', () => {
      if (!settled) counts.abandoned();
      settled = true;
    });
    /** Counted before it is sent: whoever holds an answer finds it counted. */
    const give = (answer: Answer) => {
      if (settled) return;
      settled = true;
      counts.served(method, path, answer.status);
      send(response, answer);
    };
    const giveWhenDue = (answer: Answer) => {
      if (answer.delayMs > 0) setTimeout(give, answer.delayMs, answer);
      else give(answer);
    };
    const answer = route(method, path, request);
    if (answer instanceof Promise) answer.then(giveWhenDue, () => response.destroy());
    else giveWhenDue(answer);
  });
  // Longer than any pause a virtual user makes between two requests on its connection.
  server.keepAliveTimeout = 120_000;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  return server;
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function send(response: ServerResponse, answer: Answer): void {
  const bodiless = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(bodiless ? {} : { 'content-length': String(answer.body.length) }),
  });
  response.end(answer.body);
}

/** `GET` tells the counts, `DELETE` resets them. Neither is counted itself. */
function answerCount(method: string, response: ServerResponse, counts: ServedCounts): void {
  if (method === 'DELETE') {
    counts.reset();
    response.writeHead(204).end();
  } else if (method === 'GET') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(counts.report()));
  } else {
    response.writeHead(405, { allow: 'GET, DELETE' }).end();
  }
}
