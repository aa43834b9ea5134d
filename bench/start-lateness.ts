/**
 * Measures how late the native engine begins planned starts when users are free: the generator's own fault, and the machine's, which is measured apart. Open model against nginx (the
 * practice target where there is no nginx), at each rate in turn, some rounds. Prints one line of JSON.
 *
 *     node bench/start-lateness.ts [--rates 1000,20000] [--seconds 5] [--rounds 3]
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLoad } from '../core/scenario/fixtures/flows.ts';
import { startPracticeTarget } from '../practice-target/start.ts';
import { toolNamed } from '../tools/tools.ts';
import { engineCommand } from './engine-command.ts';
import type { EngineRunResult } from './engine-run.ts';
import type { MachineLateness } from './machine-lateness.ts';
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
  return run(
    engineCommand({
      url,
      load: openLoad({ startsPerSecond: requestsPerSecond, holdForSeconds: seconds }),
    }),
  ) as EngineRunResult;
}

/** The last line that the program prints, as JSON. */
function run(program: readonly string[]): unknown {
  const [command = process.execPath, ...args] = pinned(CLIENT_CORE, program);
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** At the same time of day, on the same core, without a generator. */
function measureMachine(seconds: number): MachineLateness {
  const program = join(import.meta.dirname, 'machine-lateness.ts');
  return run([process.execPath, program, String(seconds)]) as MachineLateness;
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
  const machine: MachineLateness[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    machine.push(measureMachine(seconds));
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
      machineUs: { p99: spreadOf(machine.map(({ p99Us }) => p99Us)), max: spreadOf(machine.map(({ maxUs }) => maxUs)) },
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
