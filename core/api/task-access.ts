/** How a task that reaches its run's folder in S3 is let in there: it asks the API, with the token of its run, and asks again before the answer expires. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { regionNameSchema } from '../scenario/scenario.ts';
import { instantSchema } from './common.ts';

export const askTaskAccessSchema = z
  .strictObject({
    region: regionNameSchema,
    task: z
      .int()
      .min(0)
      .max(limits.tasksMax - 1),
  })
  .meta({ id: 'AskTaskAccess', description: 'Which task of the run it is for.' });
export type AskTaskAccess = z.infer<typeof askTaskAccessSchema>;

export const taskAccessSchema = z
  .object({
    credentials: z
      .object({
        accessKeyId: z.string().min(1),
        secretAccessKey: z.string().min(1),
        sessionToken: z.string().min(1),
        expiresAt: instantSchema,
      })
      .meta({ description: 'Of AWS. They let in to what this task reads and writes, and to nothing else.' }),
    secrets: z.record(z.string(), z.string()).meta({ description: "Values of the run's secrets, by name." }),
  })
  .meta({ id: 'TaskAccess' });
export type TaskAccessAnswer = z.infer<typeof taskAccessSchema>;
