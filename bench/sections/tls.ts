/** What opening connections over TLS costs, with sessions that are resumed and without. */
import { z } from 'zod';
import { type Section, table } from './section.ts';

const resultSchema = z.object({
  pinned: z.boolean(),
  rounds: z.number(),
  connections: z.number(),
  cpuUsPerConnection: z.object({ plain: z.number(), tickets: z.number(), 'no-sessions': z.number() }),
});

export const tlsSection: Section = {
  name: 'tls',
  title: 'CPU per connection over TLS',
  program: 'tls-handshakes.ts',
  args: ['--rounds', '5', '--requests', '4000'],
  describe: (result) => {
    const { connections, cpuUsPerConnection, pinned, rounds } = resultSchema.parse(result);
    const { plain, tickets, 'no-sessions': none } = cpuUsPerConnection;
    const where = pinned ? 'the client on one core, the server on another' : 'nothing pinned to a core';
    const row = (name: string, us: number): string[] => [name, String(us), (us / tickets).toFixed(2)];
    return `A request on each of ${connections.toLocaleString('en')} connections of 20 users to nginx, TLS 1.3, ECDSA P-256, ${where}, ${rounds} rounds in turns, medians.

${table(
  ['connection', 'us', 'by a resumed one'],
  [row('over TCP alone', plain), row('session resumed', tickets), row('session begun anew', none)],
)}`;
  },
};
