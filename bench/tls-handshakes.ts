/**
 * Measures the CPU that a new HTTPS connection costs the native engine: a request on each, against a server that lets clients resume their sessions and
 * against one that does not, in turns. Start-up is taken off. Prints one line of JSON.
 *
 *     node bench/tls-handshakes.ts [--rounds 5] [--requests 4000]
 */
import { parseArgs } from 'node:util';
import { closedLoad } from '../core/scenario/fixtures/flows.ts';
import { toolNamed } from '../tools/tools.ts';
import { engineCommand } from './engine-command.ts';
import type { EngineRunResult } from './engine-run.ts';
import { startNginx } from './nginx.ts';
import { canPin } from './pinned.ts';
import { runMeasured } from './process-cpu.ts';

const USERS = 20;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, requests: { type: 'string', default: '4000' } },
});
const iterations = Math.round(Number(values.requests) / USERS);

/** CPU seconds of a run in which each user opens so many connections. */
function cpuSeconds(url: string, iterationsPerUser: number): number {
  const command = engineCommand({
    url,
    keepAlive: false,
    load: closedLoad({ concurrency: USERS, iterations: iterationsPerUser }),
  });
  const { output, usage } = runMeasured(command, 1);
  const { failures, requests } = JSON.parse(output) as EngineRunResult;
  if (failures > 0 || requests !== USERS * iterationsPerUser) throw new Error(`requests failed: ${output}`);
  return usage.userSeconds + usage.systemSeconds;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1]!;
}

const nginx = toolNamed('nginx').find();
if (nginx === null) throw new Error('HTTPS is measured against nginx, which is not installed');
const kinds = ['plain', 'tickets', 'no-sessions'] as const;
const servers = await Promise.all(kinds.map((kind) => startNginx(nginx, 0, { tls: kind === 'plain' ? null : kind })));
try {
  const us = new Map<string, number[]>(kinds.map((kind) => [kind, []]));
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const [index, kind] of kinds.entries()) {
      const { url } = servers[index]!;
      const seconds = cpuSeconds(url, iterations) - cpuSeconds(url, 1);
      const each = (seconds * 1e6) / (USERS * (iterations - 1));
      us.get(kind)?.push(each);
      console.error(`round ${round}: ${kind.padEnd(12)} ${each.toFixed(0)} us a connection`);
    }
  }
  console.log(
    JSON.stringify({
      pinned: canPin(),
      rounds: Number(values.rounds),
      connections: USERS * iterations,
      cpuUsPerConnection: Object.fromEntries([...us].map(([kind, all]) => [kind, Math.round(median(all))])),
    }),
  );
} finally {
  for (const server of servers) await server.stop();
}
