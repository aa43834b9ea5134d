/** Plans for tests of the task. */
import { PLAN_FORMAT, type Plan } from '../../core/plan/plan.ts';
import { processTimeouts } from '../../core/run/policy.ts';
import { flowOf, requestStep } from '../../core/scenario/fixtures/flows.ts';

/** One user on one URL, in one region `local` with two tasks; segments of 5 s, live lines every second. */
export function testPlan(changes: Partial<Plan> = {}): Plan {
  return {
    format: PLAN_FORMAT,
    runId: 'r1',
    scenarioName: 'shop',
    regions: [{ name: 'local', tasks: 2, share: 1 }],
    taurus: null,
    executions: [
      {
        engine: 'native',
        flow: 'browse',
        delaySeconds: 0,
        startAtMs: null,
        load: {
          model: 'closed',
          users: [{ seconds: 60, from: 2, to: 2 }],
          usersMax: 2,
          iterationsPerUser: null,
          endSeconds: 60,
        },
      },
    ],
    flows: {
      browse: flowOf('browse', [requestStep({ timeoutSeconds: 5 })], { defaultAddress: 'http://127.0.0.1:1' }),
    },
    secrets: [],
    criteria: [],
    threadsPerTask: 1,
    healthyThresholdPercent: 90,
    targets: { allow: null },
    durationSeconds: 60,
    deadlineSeconds: 120,
    gracefulStopSeconds: 5,
    segmentSeconds: 5,
    liveIntervalSeconds: 1,
    controlPollMs: 200,
    leaseSeconds: 10,
    timeouts: processTimeouts,
    ...changes,
  };
}
