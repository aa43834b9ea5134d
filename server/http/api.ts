/** What all parts of the HTTP server know of each other: the app's type, and what a request carries through it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import type { Actor } from '../../core/api/system.ts';

/** Who is at the other end of the connection. */
export interface Peer {
  address: string;
  /** It came over TLS. */
  isSecure: boolean;
}

export interface ApiEnvironment {
  /** From the server that received the request; a test that calls the app directly has none. */
  Bindings: {
    peer?: Peer;
    /** Who it is from, where whoever hands the request over has found that out. */
    actor?: Actor;
    /** Breaks the connection: the answer is known to be incomplete then. */
    breakOff?: () => void;
    /** Node's own view of the exchange, for what cannot do without: signing in. */
    node?: { incoming: IncomingMessage; outgoing: ServerResponse };
  };
  Variables: {
    requestId: string;
    /** Who the request comes from; behind a trusted proxy not the peer. */
    client: Peer;
    /** Set wherever an actor is needed: everywhere but where `access.ts` says otherwise. */
    actor: Actor;
  };
}

export type Api = OpenAPIHono<ApiEnvironment>;
export type ApiContext = Context<ApiEnvironment>;
export type ApiMiddleware = MiddlewareHandler<ApiEnvironment>;
