/** How soon somebody who watches a run sees a sample. */
import { z } from 'zod';
import { type Section, table, verdict } from './section.ts';

const resultSchema = z.object({
  tasks: z.number(),
  regions: z.number(),
  seconds: z.number(),
  secondsTold: z.number(),
  delayMsP50: z.number(),
  delayMsP95: z.number(),
  delayMsMax: z.number(),
  cpuPercent: z.number(),
});

const DELAY_MS_AIM = 1_500;

export const liveSection: Section = {
  name: 'live',
  title: 'Live data: from a sample to a viewer',
  program: 'live.ts',
  args: [],
  describe: (result) => {
    const measured = resultSchema.parse(result);
    const ms = (value: number) => `${Math.round(value)} ms`;
    return `${measured.tasks} simulated tasks in ${measured.regions} regions print windows for ${measured.seconds} s; a viewer gets them over MQTT. From a sample, anywhere in its
second, until the viewer knows that second of all tasks; the second itself is most of it.

${table(
  ['what', 'measured', 'aim', ''],
  [
    ['sample to viewer, p95', ms(measured.delayMsP95), ms(DELAY_MS_AIM), verdict(measured.delayMsP95 <= DELAY_MS_AIM)],
    ['median', ms(measured.delayMsP50), '', ''],
    ['worst', ms(measured.delayMsMax), '', ''],
    ['seconds told in full', `${measured.secondsTold} of ${measured.seconds}`, '', ''],
    ['following, merging and sending', `${measured.cpuPercent.toFixed(1)} % of a core`, '', ''],
  ],
)}`;
  },
};
