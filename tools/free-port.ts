/** A port for a program that cannot say which one it was given, and so must be told. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below those that systems give out (Linux from 32,768 on, others from 49,152 on). A program may take seconds until it listens: one of theirs would by
 * then be anybody's who asked for any port, or merely connected.
 */
const NOT_GIVEN_OUT = { first: 20_000, last: 32_767 } as const;
const TRIES_MAX = 100;

/** A port of 127.0.0.1 at which nobody listens. Throws when none is found among those from `first` to `last`. */
export async function freePort({ first, last }: { first: number; last: number } = NOT_GIVEN_OUT): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = randomInt(first, last + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${first} to ${last} is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
