/** How far the judging of criteria has come, as data: who goes on with it elsewhere says the same as one who was never interrupted. */
import { z } from 'zod';

const secondSchema = z.int().min(0);

/** What a criterion with a timeframe remembers of the seconds before. */
export const judgeStateSchema = z.strictObject({
  /** `for`: from when on every value has met the condition. */
  since: secondSchema.nullable(),
  /** `within`, `over`: seconds of the last timeframe and their values. */
  points: z.array(z.tuple([secondSchema, z.number()])),
});
export type JudgeState = z.infer<typeof judgeStateSchema>;

export const criteriaStateSchema = z.strictObject({
  /** -1: none was taken. */
  lastSecond: z.int().min(-1),
  /** Position of the criterion that stops the run. */
  stop: z.int().min(0).nullable(),
  /** Of those with a timeframe, in their order. */
  watched: z.array(
    z.strictObject({
      triggeredAtSecond: secondSchema.nullable(),
      value: z.number().nullable(),
      judge: judgeStateSchema,
    }),
  ),
});
export type CriteriaState = z.infer<typeof criteriaStateSchema>;
