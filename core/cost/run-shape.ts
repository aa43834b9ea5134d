/** What of a run decides what it costs: known from its plan before it runs, and better when it has ended. */

import { z } from 'zod';
import { type TaskSize, taskSizeSchema } from '../scenario/task-size.ts';

/** What tasks of a region are, unless a scenario says otherwise. */
export const taskOfferSchema = z.object({
  region: z.string(),
  size: taskSizeSchema,
  architecture: z.enum(['x86', 'arm']),
  spot: z.boolean(),
  /** Each task has a public address of its own. */
  publicIp: z.boolean(),
});
export type TaskOffer = z.infer<typeof taskOfferSchema>;

export interface RunShape {
  regions: readonly (TaskOffer & { tasks: number })[];
  /** From go to the end of the load. */
  loadSeconds: number;
  segmentSeconds: number;
  controlPollMs: number;
  /** Null: no live data. */
  liveIntervalSeconds: number | null;
  /** Who watch it live. */
  viewers: number;
  /** To targets; null: not known yet. */
  bytesSent: number | null;
}

/** What a plan or a run says of its tasks. */
export interface WantedTasks {
  regions: readonly { name: string; tasks: number }[];
  taskSize?: TaskSize | undefined;
  spot?: boolean | undefined;
}

/** Null when a region offers nothing that is known. */
export function tasksOf(wanted: WantedTasks, offers: readonly TaskOffer[]): RunShape['regions'] | null {
  const regions = wanted.regions.map(({ name, tasks }) => {
    const offer = offers.find(({ region }) => region === name);
    if (offer === undefined) return null;
    return { ...offer, tasks, size: wanted.taskSize ?? offer.size, spot: wanted.spot ?? offer.spot };
  });
  return regions.some((region) => region === null) ? null : regions.filter((region) => region !== null);
}
