/**
 * What the practice target answers. Delays and failures are exact and repeatable, so that what a report says of them can be checked:
 * nothing here is random.
 */
import type { IncomingMessage } from 'node:http';
import { page, products } from './shop.ts';

/** An answer, and how long after the request it is to be given. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  delayMs: number;
}

const DELAY_MS_MAX = 60_000;
const REDIRECTS_MAX = 50;
const BYTES_MAX = 16 * 1024 * 1024;
const ORDER_BYTES_MAX = 64 * 1024;

const filler = Buffer.alloc(BYTES_MAX, 'loadstar ');
const pageBody = Buffer.from(page);
const productsBody = Buffer.from(JSON.stringify({ products }));

type Handler = (parameter: string, request: IncomingMessage) => Answer | Promise<Answer>;

interface Route {
  method: string;
  /** The path, or with `parameter` what comes before the parameter. */
  path: string;
  parameter: boolean;
  handle: Handler;
}

function answer(status: number, contentType: string, body: Buffer, delayMs = 0): Answer {
  return { status, headers: { 'content-type': contentType }, body, delayMs };
}

function json(status: number, value: unknown, delayMs = 0): Answer {
  return answer(status, 'application/json', Buffer.from(JSON.stringify(value)), delayMs);
}

function text(status: number, message: string): Answer {
  return answer(status, 'text/plain; charset=utf-8', Buffer.from(`${message}\n`));
}

/** The parameter as a whole number from `min` to `max`, or null. */
function wholeNumber(parameter: string, min: number, max: number): number | null {
  if (!/^\d{1,9}$/.test(parameter)) return null;
  const value = Number(parameter);
  return value >= min && value <= max ? value : null;
}

async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Read on without keeping it, so that the connection stays usable.
    if (bytes <= bytesMax) chunks.push(chunk);
  }
  return bytes > bytesMax ? null : Buffer.concat(chunks);
}

function parseOrder(body: Buffer): object | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** The routes of one target, with its own counters. */
export function createRoutes(): (method: string, path: string, request: IncomingMessage) => Answer | Promise<Answer> {
  let lists = 0;
  let orders = 0;
  const flakyRequests = new Map<number, number>();

  /** 2 to 5 ms, as if a database had been asked. */
  const listProducts = () => answer(200, 'application/json', productsBody, 2 + (lists++ % 4));

  /** 4 to 11 ms; every 100th takes 60. */
  const takeOrder = async (request: IncomingMessage) => {
    const body = await readBody(request, ORDER_BYTES_MAX);
    if (body === null) return text(413, `An order has at most ${ORDER_BYTES_MAX} bytes.`);
    const order = parseOrder(body);
    if (order === null) return text(400, 'An order is a JSON object.');
    orders++;
    return json(201, { id: orders, status: 'accepted', order }, orders % 100 === 0 ? 60 : 4 + (orders % 8));
  };

  /** Of every 100 requests exactly `percent` fail, spread evenly: with 20, every fifth. */
  const flaky = (parameter: string) => {
    const percent = wholeNumber(parameter, 0, 100);
    if (percent === null) return text(400, '/flaky/PERCENT takes a whole number from 0 to 100.');
    const seen = flakyRequests.get(percent) ?? 0;
    flakyRequests.set(percent, seen + 1);
    const fails = Math.floor(((seen + 1) * percent) / 100) > Math.floor((seen * percent) / 100);
    return fails ? text(500, 'This one had to fail.') : text(200, 'Fine.');
  };

  const routes: Route[] = [
    { method: 'GET', path: '/', parameter: false, handle: () => answer(200, 'text/html; charset=utf-8', pageBody) },
    { method: 'GET', path: '/api/products', parameter: false, handle: listProducts },
    { method: 'POST', path: '/api/orders', parameter: false, handle: (_, request) => takeOrder(request) },
    { method: 'POST', path: '/api/login', parameter: false, handle: (_, request) => logIn(request) },
    { method: 'GET', path: '/api/account', parameter: false, handle: (_, request) => showAccount(request) },
    { method: 'GET', path: '/delay/', parameter: true, handle: delay },
    { method: 'GET', path: '/status/', parameter: true, handle: statusOf },
    { method: 'GET', path: '/redirect/', parameter: true, handle: redirect },
    { method: 'GET', path: '/bytes/', parameter: true, handle: bytesOf },
    { method: 'GET', path: '/flaky/', parameter: true, handle: flaky },
  ];

  return (method, path, request) => {
    const fitting = routes.filter((route) => (route.parameter ? path.startsWith(route.path) : path === route.path));
    const route = fitting.find(
      (candidate) => candidate.method === method || (candidate.method === 'GET' && method === 'HEAD'),
    );
    if (route !== undefined) return route.handle(path.slice(route.path.length), request);
    if (fitting.length === 0) return text(404, 'There is nothing here.');
    const refused = text(405, 'This path does not take that method.');
    refused.headers.allow = fitting.map((candidate) => candidate.method).join(', ');
    return refused;
  };
}

const CREDENTIALS_BYTES_MAX = 4 * 1024;

/** A form with `user` and `password`: any user, whose password is its name with `-secret` behind it. */
async function logIn(request: IncomingMessage): Promise<Answer> {
  const body = await readBody(request, CREDENTIALS_BYTES_MAX);
  const form = new URLSearchParams(body?.toString('utf8'));
  const user = form.get('user') ?? '';
  if (user === '' || form.get('password') !== `${user}-secret`) return text(401, 'No such user, or another password.');
  const loggedIn = json(200, { user, session: { token: `practice-${encodeURIComponent(user)}` } }, 3);
  loggedIn.headers['set-cookie'] = 'seen=yes; Path=/';
  return loggedIn;
}

/** For who sends the token of a log-in. */
function showAccount(request: IncomingMessage): Answer {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const name = /^practice-((?:[^%]|%[\da-f]{2})+)$/i.exec(token)?.[1];
  if (name === undefined) return text(401, 'Log in first.');
  return json(200, { user: new URLSearchParams(`user=${name}`).get('user'), orders: [] }, 2);
}

function delay(parameter: string): Answer {
  const delayMs = wholeNumber(parameter, 0, DELAY_MS_MAX);
  if (delayMs === null) return text(400, `/delay/MILLISECONDS takes a whole number from 0 to ${DELAY_MS_MAX}.`);
  return { ...text(200, `Waited ${delayMs} ms.`), delayMs };
}

function statusOf(parameter: string): Answer {
  const status = wholeNumber(parameter, 200, 599);
  if (status === null) return text(400, '/status/CODE takes a whole number from 200 to 599.');
  const bodiless = status === 204 || status === 205 || status === 304;
  return bodiless ? { status, headers: {}, body: Buffer.alloc(0), delayMs: 0 } : text(status, `Status ${status}.`);
}

function redirect(parameter: string): Answer {
  const times = wholeNumber(parameter, 0, REDIRECTS_MAX);
  if (times === null) return text(400, `/redirect/TIMES takes a whole number from 0 to ${REDIRECTS_MAX}.`);
  const redirected = text(302, `${times} to go.`);
  redirected.headers.location = times > 1 ? `/redirect/${times - 1}` : '/';
  return times === 0 ? text(200, 'No redirect.') : redirected;
}

function bytesOf(parameter: string): Answer {
  const count = wholeNumber(parameter, 0, BYTES_MAX);
  if (count === null) return text(400, `/bytes/COUNT takes a whole number from 0 to ${BYTES_MAX}.`);
  return answer(200, 'application/octet-stream', filler.subarray(0, count));
}
