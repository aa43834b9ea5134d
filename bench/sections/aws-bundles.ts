/** How large the Lambdas are, and how long loading them takes. */
import { z } from 'zod';
import { type Section, showSpread, spreadSchema, table, verdict } from './section.ts';

const resultSchema = z.object({
  rounds: z.number(),
  measured: z.array(
    z.object({ entry: z.string(), gzippedBytes: z.number(), bytes: z.number(), importMs: spreadSchema }),
  ),
});

const GZIPPED_BYTES_MAX = 1_000_000;
const kilobytes = (bytes: number): string => Math.ceil(bytes / 1000).toLocaleString('en');

export const awsBundlesSection: Section = {
  name: 'aws-bundles',
  title: 'AWS: bundles of the Lambdas',
  program: 'aws-bundles.ts',
  args: [],
  describe: (result) => {
    const { measured, rounds } = resultSchema.parse(result);
    const rows = measured.map(({ bytes, entry, gzippedBytes, importMs }) => [
      entry,
      kilobytes(gzippedBytes),
      kilobytes(bytes),
      showSpread(importMs, 0),
    ]);
    const met = measured.every(({ gzippedBytes }) => gzippedBytes < GZIPPED_BYTES_MAX);
    return `What is deployed, AWS SDK included. Importing is measured in a new process of this machine (${rounds} rounds, median and range); Lambda's own start comes on top, and its
CPU is a share that goes with memory. Parts that are rarely needed lie beside the bundle and are loaded when they are.

${table(['Lambda', 'gzipped, kB', 'unpacked, kB', 'import, ms'], rows)}

Target: each below ${kilobytes(GZIPPED_BYTES_MAX)} kB gzipped: ${verdict(met)}.`;
  },
};
