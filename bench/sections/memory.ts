/** What a thinking user costs in memory. */
import { z } from 'zod';
import { type Section, showSpread, spreadSchema, table, verdict } from './section.ts';

const KB_PER_USER_MAX = 15;

const resultSchema = z.object({
  server: z.string(),
  thinkTimeSeconds: z.number(),
  seconds: z.number(),
  rounds: z.number(),
  loads: z.array(z.object({ name: z.string(), users: z.number(), peakMb: spreadSchema, kbPerUser: spreadSchema })),
  /** Clients that are not installed. */
  skipped: z.array(z.string()),
  /** Numbers of users for whose connections this machine allows too few open files. */
  usersSkipped: z.array(z.number()),
});

export const memorySection: Section = {
  name: 'memory',
  title: 'Memory of a thinking user',
  program: 'memory.ts',
  args: ['--users', '1000,10000', '--seconds', '15', '--rounds', '3'],
  describe: (result) => {
    const { loads, rounds, seconds, server, skipped, thinkTimeSeconds, usersSkipped } = resultSchema.parse(result);
    const leftOut = [
      skipped.length === 0 ? '' : `\n\nNot installed, so left out: ${skipped.join(', ')}.`,
      usersSkipped.length === 0
        ? ''
        : `\n\nLeft out for too few open files: ${usersSkipped.map((users) => users.toLocaleString('en')).join(', ')} users.`,
    ];
    return `Closed model against ${server}, a connection a user, ${thinkTimeSeconds} s between two requests, ${seconds} s, ${rounds} rounds, medians and ranges. By user: the peak of
the resident memory, less that of the same load with one user, in 1,000 bytes. What the process has without users is in the peak only.

${table(
  ['client', 'users', 'peak MB', 'KB a user', 'aim', ''],
  loads.map(({ kbPerUser, name, peakMb, users }) => [
    name,
    users.toLocaleString('en'),
    showSpread(peakMb, 0),
    showSpread(kbPerUser, 1),
    ...(name === 'loadstar' ? [`<= ${KB_PER_USER_MAX}`, verdict(kbPerUser.median <= KB_PER_USER_MAX)] : ['', '']),
  ]),
)}${leftOut.join('')}`;
  },
};
