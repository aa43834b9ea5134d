/**
 * A pass/fail criterion in its long form, as Taurus' `passfail` module defines it. `parse-criterion.ts` reads the short and the long
 * form into this; `evaluate.ts` applies it to merged data.
 */
import { z } from 'zod';

export const criterionSchema = z.strictObject({
  /** `avg-rt`, `avg-lt`, `avg-ct`, `stdev-rt`, `concurr`, `hits`, `bytes`, `succ`, `fail`, `p<level>`, `rc<pattern>`. */
  subject: z.string().min(1),
  /** Label it looks at; empty: all samples. */
  label: z.string(),
  /**
   * The flow of the execution (or of the scenario, in Taurus' sense) that the criterion was written in: without a label it looks at the samples
   * of the flow's labels (`flow-labels.ts`). Null: it was written for the whole run.
   */
  flow: z.string().nullable().default(null),
  condition: z.enum(['>', '<', '>=', '<=', '=']),
  /** Seconds for times, a number for counts, per cent when `percentage`. */
  threshold: z.number(),
  percentage: z.boolean(),
  /** Null: the whole run's cumulative value, judged at its end. */
  timeframeSeconds: z.number().positive().nullable(),
  logic: z.enum(['for', 'within', 'over']),
  /** Stop the run as soon as it triggers. */
  stop: z.boolean(),
  /** The run has failed when it triggered. */
  fail: z.boolean(),
  /** What people read: the message given, else the criterion as it was written. */
  message: z.string(),
});
export type Criterion = z.infer<typeof criterionSchema>;

/** What became of a criterion. */
export interface CriterionOutcome {
  criterion: Criterion;
  triggered: boolean;
  /** Second of the run (from go) at which it first triggered; null when it did not, or at the end. */
  triggeredAtSecond: number | null;
  /** The value that triggered it, else the last value seen, in the threshold's unit; null without any data. */
  value: number | null;
}
