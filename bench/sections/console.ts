/** How fast the console is in a browser. */
import { z } from 'zod';
import { FIRST_LOAD_SCRIPT_BYTES_MAX } from '../../console/browser/fixtures/first-load.ts';
import { type Section, showSpread, spreadSchema, table, verdict } from './section.ts';

const SERIES_BYTES_AIM = 2_000_000;
const SHOWN_MS_AIM = 300;
const BREAKDOWN_MS_AIM = 300;
const UPDATE_MS_AIM = 16;
const DELAY_MS_AIM = 1_500;

const resultSchema = z.object({
  scriptBytes: z.number(),
  styleBytes: z.number(),
  hourBytes: z.number(),
  dayBytes: z.number(),
  shownMs: spreadSchema,
  breakdownMs: spreadSchema,
  updates: z.number(),
  updateMsP50: z.number(),
  updateMsP95: z.number(),
  tasks: z.number(),
  secondsWatched: z.number(),
  secondsSeen: z.number(),
  delayMsP50: z.number(),
  delayMsP95: z.number(),
});

export const consoleSection: Section = {
  name: 'console',
  title: 'The console in a browser',
  program: 'console.ts',
  args: [],
  describe: (result) => {
    const measured = resultSchema.parse(result);
    const kB = (bytes: number) => `${Math.round(bytes / 1_000).toLocaleString('en')} kB`;
    const ms = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
    const row = (what: string, value: number, aim: number, show: (value: number) => string, shown = show(value)) => [
      what,
      shown,
      `<= ${show(aim)}`,
      verdict(value <= aim),
    ];
    const spread = (what: string, value: z.infer<typeof spreadSchema>, aim: number) =>
      row(what, value.median, aim, (one) => `${one} ms`, `${showSpread(value, 0)} ms`);
    return `Chromium, the real API over stored runs: an hour of 20 labels in 2 regions, a day, and runs under way whose ${measured.tasks} tasks only print. Sizes of scripts and
styles are gzipped, those of series are the JSON as it is read. Drawn: from the last of series, heat map and breakdown having come until charts, heat map
and table are painted. An update: all CPU that the page's main thread needs for it, layout and paint too.

${table(
  ['what', 'measured', 'aim', ''],
  [
    row('scripts for the first screen', measured.scriptBytes, FIRST_LOAD_SCRIPT_BYTES_MAX, kB),
    ['styles and fonts for the first screen', kB(measured.styleBytes), '', ''],
    row('series and heat map of an hour', measured.hourBytes, SERIES_BYTES_AIM, kB),
    row('series and heat map of a day', measured.dayBytes, SERIES_BYTES_AIM, kB),
    spread('an hour of 20 labels drawn', measured.shownMs, SHOWN_MS_AIM),
    spread('breakdown of a brushed hour of 20 labels, over HTTP', measured.breakdownMs, BREAKDOWN_MS_AIM),
    row(`live update after an hour, p95 of ${measured.updates}`, measured.updateMsP95, UPDATE_MS_AIM, ms),
    ['live update, median', ms(measured.updateMsP50), '', ''],
    row('from a sample to the screen, p95', measured.delayMsP95, DELAY_MS_AIM, ms),
    ['from a sample to the screen, median', ms(measured.delayMsP50), '', ''],
    ['seconds that were seen', `${measured.secondsSeen} of ${measured.secondsWatched}`, '', ''],
  ],
)}`;
  },
};
