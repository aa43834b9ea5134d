/** What an hour of load costs on AWS, item by item. */
import { z } from 'zod';
import { formatUsd } from '../../core/cost/format-usd.ts';
import { type Section, table } from './section.ts';

const usd = z.number();
const resultSchema = z.object({
  tasks: z.number(),
  loadSeconds: z.number(),
  regions: z.number(),
  prices: z.object({ region: z.string(), asOf: z.string() }),
  liveIntervalSeconds: z.number(),
  segmentSeconds: z.number(),
  items: z.array(z.object({ what: z.string(), ours: usd.nullable(), dlt: usd.nullable() })),
  usd: z.object({ ours: usd, dlt: usd }),
  variants: z.object({ x86: usd, withoutLiveData: usd, spot: usd }),
});

const shown = (value: number | null) => (value === null ? '' : formatUsd(value));

export const awsCostSection: Section = {
  name: 'aws-cost',
  title: 'AWS: what an hour costs (reckoned)',
  program: 'aws-cost.ts',
  args: [],
  describe: (result) => {
    const { items, loadSeconds, prices, regions, tasks, usd: sums, variants, ...plan } = resultSchema.parse(result);
    const rows = items.map(({ what, ours, dlt }) => [what, shown(ours), shown(dlt)]);
    return `Nothing was run, and there was no bill: list prices of ${prices.region} (${prices.asOf}) times what the code asks of each service, ${tasks} tasks of 2 vCPU and
4 GB in ${regions} regions for ${loadSeconds / 3_600} hour, somebody watching. Both are billed for 90 s of each task beside its load. docs/aws-cost.md has the assumptions; those about Distributed
Load Testing on AWS (4.2.3) are read from its source (\`bench/dlt-cost.ts\`). Not in it: data that tasks send, and what each deployment costs by itself.

${table(['what', 'Loadstar, ARM', 'DLT, x86'], [...rows, ['**all**', `**${shown(sums.ours)}**`, `**${shown(sums.dlt)}**`]])}

Loadstar with x86 tasks: ${shown(variants.x86)}; without live data: ${shown(variants.withoutLiveData)}; on Spot, at half of the price: ${shown(variants.spot)}. It
asks more of S3 and of live data: each task's series are stored in segments of ${plan.segmentSeconds} s and its orders read every 2 s, and a window with histograms each
${plan.liveIntervalSeconds} s is ten times a line of Taurus; DLT keeps no series. Per virtual user the gap is another one: a task of the native engine makes more load than one of JMeter.`;
  },
};
