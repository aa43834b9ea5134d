/** The times of a run that depend on where its tasks run, as they are stored. */
import { z } from 'zod';

/**
 * Times that depend on where tasks run: a process of this machine is there in a second, a container elsewhere in minutes. Seconds. They travel with
 * the run, so that it goes on as it began should others drive it.
 */
export const runTimeoutsSchema = z.strictObject({
  /** From the start of provisioning until every task must be ready; those that are not by then are lost. */
  provisioningSeconds: z.number().positive(),
  /** After a process was first seen ended (or gone) without a result: time for a result that is under way to be seen. */
  lostGraceSeconds: z.number().min(0),
  /** From the order to stop until tasks that have not delivered are killed. Tasks have their load off well before. */
  stopGraceSeconds: z.number().min(0),
  /** From the order to stop until a task that has not delivered is given up, dead or not. */
  stopSeconds: z.number().positive(),
  /** Longest time for ending processes and releasing what the run held. */
  cleaningUpSeconds: z.number().positive(),
});
export type RunTimeouts = z.infer<typeof runTimeoutsSchema>;
