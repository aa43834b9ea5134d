/**
 * Measures how late the native engine begins planned starts when users are free: the generator's own fault. Open model against nginx (the
 * practice target where there is no nginx), at each rate in turn, some rounds. Prints one line of JSON.
 *
 *     node bench/start-lateness.ts [--rates 1000,20000] [--seconds 5] [--rounds 3]
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { startPracticeTarget } from '../practice-target/start.ts';
import { toolNamed } from '../tools/tools.ts';
import { engineCommand } from './engine-command.ts';
import type { EngineRunResult } from './engine-run.ts';
import { startNginx } from './nginx.ts';
import { canPin, pinned } from './pinned.ts';
import { type Spread, spreadOf } from './rounds.ts';

const SERVER_CORE = 0;
const CLIENT_CORE = 1;

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '1000,20000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
  },
});

function measure(url: string, requestsPerSecond: number, seconds: number): EngineRunResult {
  const own = engineCommand({
    url,
    load: {
      model: 'open',
      starts: 'requests',
      startsPerSecond: requestsPerSecond,
      concurrency: null,
      rampUpSeconds: 0,
      steps: null,
      holdForSeconds: seconds,
      stages: null,
      iterations: null,
    },
  });
  const [command = process.execPath, ...args] = pinned(CLIENT_CORE, own);
  return JSON.parse(
    execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  ) as EngineRunResult;
}

/** How long after its planned instant the last start had its response, per cent of the load's duration: the start itself was before that. */
function lastStartPercent({ lastEndedUs }: EngineRunResult, requestsPerSecond: number, seconds: number): number {
  const plannedSeconds = seconds - 1 / requestsPerSecond;
  return (100 * (lastEndedUs / 1e6 - plannedSeconds)) / seconds;
}

const nginx = toolNamed('nginx').find();
const server = nginx === null ? await startPracticeTarget() : await startNginx(nginx, SERVER_CORE);
try {
  const seconds = Number(values.seconds);
  const rates = values.rates.split(',').map(Number);
  const results = new Map<number, EngineRunResult[]>(rates.map((rate) => [rate, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [rate, measured] of results) {
      const result = measure(server.url, rate, seconds);
      measured.push(result);
      const { p50, p99, max } = result.startLatenessUs;
      console.error(
        `round ${round + 1}: ${rate}/s  late by ${p50} / ${p99} / ${max} us (p50 / p99 / max), ${result.cpuPercent.toFixed(0)} % CPU`,
      );
    }
  }
  console.log(
    JSON.stringify({
      server: nginx === null ? 'practice target' : 'nginx',
      pinned: canPin(),
      seconds,
      rounds: Number(values.rounds),
      rates: [...results].map(([requestsPerSecond, measured]) => {
        const spread = (read: (result: EngineRunResult) => number, digits = 1): Spread =>
          spreadOf(measured.map(read), digits);
        return {
          requestsPerSecond,
          latenessUs: {
            p50: spread(({ startLatenessUs }) => startLatenessUs.p50),
            p99: spread(({ startLatenessUs }) => startLatenessUs.p99),
            max: spread(({ startLatenessUs }) => startLatenessUs.max),
          },
          cpuPercent: spread(({ cpuPercent }) => cpuPercent),
          lastStartPercent: spread((result) => lastStartPercent(result, requestsPerSecond, seconds), 4),
          startsMissing: spread(({ requests }) => requestsPerSecond * seconds - requests, 0),
        };
      }),
    }),
  );
} finally {
  await server.stop();
}
