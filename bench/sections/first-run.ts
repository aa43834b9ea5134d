/** How long a newcomer waits. */
import { z } from 'zod';
import { type Section, table, verdict } from './section.ts';

export const firstRunSection: Section = {
  name: 'first-run',
  title: '`npm start`',
  program: 'first-run.ts',
  args: [],
  describe: (result) => {
    const { seconds } = z.object({ seconds: z.number() }).parse(result);
    return table(
      ['what', 'measured', 'aim', ''],
      [
        [
          'command to finished report, after the install (20 s of it are load)',
          `${seconds.toFixed(1)} s`,
          '60 s',
          verdict(seconds <= 60),
        ],
      ],
    );
  },
};
