/**
 * Measures what a thinking user costs in memory: the peak of the resident memory with many users, less that with one, by the number of users. Closed
 * model, a connection a user, against nginx (the practice target where there is no nginx); k6 beside it where it is installed. Prints one line of JSON.
 *
 *     node bench/memory.ts [--users 1000,10000] [--seconds 15] [--think-seconds 2] [--rounds 3]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPracticeTarget } from '../practice-target/start.ts';
import { toolNamed } from '../tools/tools.ts';
import { startNginx } from './nginx.ts';
import { openFilesMax } from './open-files.ts';
import { runWatched } from './process-memory.ts';
import { spreadOf } from './rounds.ts';
import { type ThinkClient, thinkClients } from './think-clients.ts';

const SERVER_CORE = 0;
const CLIENT_CORE = 1;
const LOOK_EVERY_MS = 200;
/** What a program opens beside its connections. */
const OTHER_FILES = 200;

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '1000,10000' },
    seconds: { type: 'string', default: '15' },
    'think-seconds': { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
  },
});
const seconds = Number(values.seconds);
const thinkTimeSeconds = Number(values['think-seconds']);
const wanted = values.users.split(',').map(Number);
const filesMax = openFilesMax();
const usersOf = wanted.filter((users) => users + OTHER_FILES <= filesMax);

async function peakBytes(client: ThinkClient, users: number, url: string, folder: string): Promise<number> {
  const command = client.command({ url, users, seconds, thinkTimeSeconds }, folder) ?? [];
  const { output, samples } = await runWatched(command, CLIENT_CORE, LOOK_EVERY_MS);
  const requests = client.requestsOf(output, folder);
  // Else not all of them were there.
  if (requests < users) throw new Error(`${users} users of ${client.name} made only ${requests} requests`);
  return samples.at(-1)?.peakBytes ?? 0;
}

const folder = mkdtempSync(join(tmpdir(), 'loadstar-memory-'));
const nginx = toolNamed('nginx').find();
const server = nginx === null ? await startPracticeTarget() : await startNginx(nginx, SERVER_CORE);
try {
  const probe = { url: server.url, users: 1, seconds, thinkTimeSeconds };
  const installed = thinkClients.filter((client) => client.command(probe, folder) !== null);
  const loads = installed.flatMap((client) =>
    usersOf
      .filter((users) => users <= client.usersMax)
      .map((users) => ({ client, users, peaks: [] as number[], perUser: [] as number[] })),
  );
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const client of installed) {
      const alone = await peakBytes(client, 1, server.url, folder);
      for (const load of loads.filter((each) => each.client === client)) {
        const peak = await peakBytes(client, load.users, server.url, folder);
        load.peaks.push(peak);
        load.perUser.push((peak - alone) / load.users);
        console.error(
          `round ${round}: ${client.name}, ${load.users} users: ${(peak / 1e6).toFixed(0)} MB, with one ${(alone / 1e6).toFixed(0)} MB`,
        );
      }
    }
  }
  console.log(
    JSON.stringify({
      server: nginx === null ? 'practice target' : 'nginx',
      thinkTimeSeconds,
      seconds,
      rounds: Number(values.rounds),
      loads: loads.map(({ client, peaks, perUser, users }) => ({
        name: client.name,
        users,
        peakMb: spreadOf(
          peaks.map((bytes) => bytes / 1e6),
          1,
        ),
        kbPerUser: spreadOf(perUser.map((bytes) => bytes / 1e3)),
      })),
      skipped: thinkClients.filter((client) => !installed.includes(client)).map(({ name }) => name),
      usersSkipped: wanted.filter((users) => !usersOf.includes(users)),
    }),
  );
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
