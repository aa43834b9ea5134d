/** What a run costs, where running it costs something. */
import { z } from 'zod';

const costItemSchema = z.object({
  /** For people. */
  what: z.string(),
  quantity: z.number(),
  unit: z.string(),
  usd: z.number(),
});
export type CostItem = z.infer<typeof costItemSchema>;

export const runCostSchema = z
  .object({
    /** US dollars: the sum of all items. */
    usd: z.number(),
    items: z.array(costItemSchema),
    /** Which prices, and what is not counted; for people. */
    remarks: z.array(z.string()),
  })
  .meta({
    id: 'RunCost',
    description: 'Reckoned from list prices, and from assumptions that docs/aws-cost.md names: no bill.',
  });
export type RunCost = z.infer<typeof runCostSchema>;
