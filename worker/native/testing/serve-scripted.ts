/** Scripted servers of a test file, closed after each of its tests. */
import { afterEach } from 'vitest';
import { type ScriptedServer, scriptedServer } from './scripted-server.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** As `scriptedServer`. */
export async function serve(...args: Parameters<typeof scriptedServer>): Promise<ScriptedServer> {
  const server = await scriptedServer(...args);
  servers.push(server);
  return server;
}
