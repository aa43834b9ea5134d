/** What plans of runs on Fargate have that a scenario does not say: there a task takes minutes to start, and looking at it costs calls. */
import type { PlanOptions } from '../../../../core/plan/make-plan.ts';

export const planSettings = {
  /** Each reading of `control.json` is a request to S3. */
  controlPollMs: 2_000,
  /** Four of the longest waits between ticks (core/run/pace.ts): one may fail, and be late, before tasks end their load. */
  leaseSeconds: 120,
  /** Each segment is an object that is paid for, and a read of it too. */
  segmentSecondsMin: 10,
  timeouts: {
    // Fargate starts 20 tasks a second in a region: 10,000 take more than eight minutes, an image a minute or two to pull.
    provisioningSeconds: 900,
    // Lists of ECS lag behind by seconds: a task that is missing in one may be there in the next.
    lostGraceSeconds: 30,
    // A task sees the order within its poll, lets requests under way end, and uploads what it has.
    stopGraceSeconds: 90,
    stopSeconds: 300,
    cleaningUpSeconds: 300,
  },
} as const satisfies Omit<PlanOptions, 'runId'>;
