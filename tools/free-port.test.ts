import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from './free-port.ts';

it('is none that somebody listens at, nor one that the system gives out', async () => {
  const taken = await freePort();
  expect(taken).toBeGreaterThanOrEqual(20_000);
  expect(taken).toBeLessThan(32_768);
  const server = createServer().listen(taken, '127.0.0.1');
  await once(server, 'listening');
  try {
    await expect(freePort({ first: taken, last: taken })).rejects.toThrow(`no port from ${taken} to ${taken} is free`);
    for (let i = 0; i < 20; i++) expect(await freePort({ first: taken - 1, last: taken + 1 })).not.toBe(taken);
  } finally {
    server.close();
  }
});
