/** Which of the host's addresses requests leave from. */
import { networkInterfaces } from 'node:os';
import { afterEach, expect, it } from 'vitest';
import { closed, errorsOf, runNative } from './testing/run-native.ts';
import { response, type ScriptedServer, scriptedServer } from './testing/scripted-server.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** As the engine finds them: those of IPv4, without link-local ones. */
const own = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .filter(({ address, family }) => family === 'IPv4' && !address.startsWith('169.254.'))
  .map(({ address }) => address);

it.each([true, false])('any of them, when the scenario says so (%s)', async (randomSourceIp) => {
  const seen = new Set<string | undefined>();
  const server = await scriptedServer(() => response('ok'), {
    onConnection: (socket) => seen.add(socket.remoteAddress),
  });
  servers.push(server);
  const { total } = await runNative({
    steps: [{ url: server.url, keepAlive: false, randomSourceIp }],
    loads: [closed({ iterations: 60 })],
  });
  expect(errorsOf(total)).toEqual({});
  expect(randomSourceIp ? own : ['127.0.0.1']).toEqual(expect.arrayContaining([...seen]));
  expect(seen.size > 1).toBe(randomSourceIp && new Set(own).size > 1);
});
