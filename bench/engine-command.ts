/** How the benches start the native engine alone: in a process of its own, with a plan that was made before, as tasks have it. */
import { join } from 'node:path';
import { makePlan } from '../core/plan/make-plan.ts';
import type { Plan } from '../core/plan/plan.ts';
import { taskNodeFlags } from '../core/run/task-node-flags.ts';
import { executionOf, flowOf, requestStep } from '../core/scenario/fixtures/flows.ts';
import type { LoadProfile } from '../core/scenario/scenario.ts';

/** One GET again and again. */
export interface EngineRunOptions {
  url: string;
  load: LoadProfile;
  /** Default: true. */
  keepAlive?: boolean;
  /** Worker threads; default: 1. */
  threads?: number;
  /** How long each user waits after each request; default: 0. */
  thinkTimeSeconds?: number;
}

/** `folder`: where the plan's files are, if it has any. The result is one line of JSON, `EngineRunResult`. */
export function planCommand(plan: Plan, folder = ''): string[] {
  return [process.execPath, ...taskNodeFlags, join(import.meta.dirname, 'engine-run.ts'), JSON.stringify(plan), folder];
}

export function engineCommand(options: EngineRunOptions): string[] {
  const { url, load, keepAlive = true, threads = 1, thinkTimeSeconds = 0 } = options;
  const thinkTime = { kind: 'constant' as const, seconds: thinkTimeSeconds };
  const plan = makePlan(
    {
      version: 1,
      name: 'bench',
      tags: [],
      regions: { local: { tasks: 1, share: 1 } },
      healthyThresholdPercent: 100,
      live: false,
      taurus: null,
      executions: [executionOf('bench', load)],
      flows: {
        bench: flowOf('bench', [requestStep({ url, keepAlive, thinkTime, timeoutSeconds: 10 })]),
      },
      criteria: [],
      threads,
    },
    { runId: 'bench' },
  );
  return planCommand(plan);
}
