/**
 * Measures what a second worker thread costs: the CPU per request of a load on one thread and on two, in turns, and of wrk beside it. All of them
 * may use all cores, one of which the server has its work on. Of ours the first seconds do not count, in which each thread compiles its code. Prints one line of JSON.
 *
 *     node bench/threads.ts [--rounds 5] [--seconds 6] [--connections 64]
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { closedLoad } from '../core/scenario/fixtures/flows.ts';
import { startPracticeTarget } from '../practice-target/start.ts';
import { toolNamed } from '../tools/tools.ts';
import { engineCommand } from './engine-command.ts';
import type { EngineRunResult } from './engine-run.ts';
import { startNginx } from './nginx.ts';
import { runMeasured } from './process-cpu.ts';
import { type Spread, spreadOf } from './rounds.ts';

const SERVER_CORE = 0;

interface Round {
  cpuUs: number;
  requestsPerSecond: number;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
    connections: { type: 'string', default: '64' },
  },
});
const seconds = Number(values.seconds);
const connections = Number(values.connections);

function measureOwn(url: string, threads: number): Round {
  const [command = process.execPath, ...args] = engineCommand({
    url,
    threads,
    load: closedLoad({ concurrency: connections, holdForSeconds: seconds }),
  });
  const { stderr, stdout, status } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the engine ended with ${status}: ${stderr}`);
  const { failures, requests, warmCpuUsPerRequest } = JSON.parse(stdout) as EngineRunResult;
  if (failures > 0) throw new Error(`${failures} requests of the engine failed`);
  if (warmCpuUsPerRequest === null) throw new Error('the load was too short');
  return { cpuUs: warmCpuUsPerRequest, requestsPerSecond: requests / seconds };
}

function measureWrk(program: string, url: string, threads: number): Round {
  const { output, usage } = runMeasured([program, `-t${threads}`, `-c${connections}`, `-d${seconds}s`, url], null);
  const requests = Number(/(\d+) requests in/.exec(output)?.[1]);
  return {
    cpuUs: ((usage.userSeconds + usage.systemSeconds) * 1e6) / requests,
    requestsPerSecond: requests / seconds,
  };
}

const nginx = toolNamed('nginx').find();
const wrk = toolNamed('wrk').find();
const server = nginx === null ? await startPracticeTarget() : await startNginx(nginx, SERVER_CORE);
try {
  const clients = [
    { name: 'loadstar', threads: 1, measure: () => measureOwn(server.url, 1) },
    { name: 'loadstar', threads: 2, measure: () => measureOwn(server.url, 2) },
    ...(wrk === null
      ? []
      : [1, 2].map((threads) => ({ name: 'wrk', threads, measure: () => measureWrk(wrk, server.url, threads) }))),
  ].map((client) => ({ ...client, rounds: [] as Round[] }));
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const { name, threads, measure, rounds } of clients) {
      const result = measure();
      rounds.push(result);
      const { cpuUs, requestsPerSecond } = result;
      console.error(
        `round ${round}: ${name} on ${threads}: ${cpuUs.toFixed(2)} us a request, ${Math.round(requestsPerSecond)}/s`,
      );
    }
  }
  const ratioOf = (name: string): Spread | null => {
    const [one, two] = clients.filter((client) => client.name === name);
    if (one === undefined || two === undefined) return null;
    return spreadOf(
      two.rounds.map(({ cpuUs }, round) => cpuUs / one.rounds[round]!.cpuUs),
      3,
    );
  };
  console.log(
    JSON.stringify({
      server: nginx === null ? 'practice target' : 'nginx',
      connections,
      seconds,
      rounds: Number(values.rounds),
      clients: clients.map(({ name, threads, rounds }) => ({
        name,
        threads,
        cpuUsPerRequest: spreadOf(rounds.map(({ cpuUs }) => cpuUs)),
        requestsPerSecond: spreadOf(
          rounds.map(({ requestsPerSecond }) => requestsPerSecond),
          0,
        ),
      })),
      ratios: { loadstar: ratioOf('loadstar'), wrk: ratioOf('wrk') },
    }),
  );
} finally {
  await server.stop();
}
