/**
 * Runs driven by the state machine as it is deployed: an interpreter of the states language calls what the Lambda calls, on ports in memory, with
 * time moved by hand. What Step Functions itself does (retries, waits, names) is the interpreter's.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { finalPhases, type Phase, type Run } from '../../../core/run/run.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import { planSettings } from '../../adapters/aws/layout/plan-settings.ts';
import {
  historyEvents,
  stateMachineDefinition,
  stateNames,
  ticksPerExecutionMax,
} from '../../adapters/aws/layout/state-machine.ts';
import { createStepFunctionsDriver } from '../../adapters/aws/step-functions/driver.ts';
import { STATE_MACHINE_ARN, StateMachineService } from '../../adapters/aws/testing/state-machine-service.ts';
import { SEGMENT_SECONDS } from '../../folding/fixtures/segments.ts';
import { readControl } from '../../run-folder/control-file.ts';
import { runFolderPrefix } from '../../run-folder/run-folder.ts';
import { cancelRun } from '../../verbs/cancel-run.ts';
import { RunWorld } from '../../verbs/fixtures/run-world.ts';
import { readReport } from '../../verbs/read-report.ts';
import { takeQueuedRuns } from '../../verbs/take-queued-runs.ts';
import { answerTick } from './parts/answer-tick.ts';

const ARNS = {
  tick: 'arn:aws:lambda:eu-west-1:123456789012:function:tick',
  consolidate: 'arn:aws:lambda:eu-west-1:123456789012:function:consolidate',
};

let world: RunWorld;
let service: StateMachineService;
/** Which Lambda was called in which phase. */
let calls: { lambda: string; phase: Phase | undefined }[];
/** Lets calls of the Lambda fail. */
let failure: (event: unknown) => Error | null;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  calls = [];
  failure = () => null;
  world = new RunWorld();
  world.loadSeconds = 40;
  world.plan = { ...planSettings, segmentSeconds: SEGMENT_SECONDS };
  service = new StateMachineService({
    definition: stateMachineDefinition(ARNS),
    async invoke(functionArn, event) {
      const { runId } = event as { runId: string };
      calls.push({ lambda: functionArn.split(':').at(-1) ?? '', phase: (await world.stores.runs.get(runId))?.phase });
      const error = failure(event);
      if (error !== null) throw error;
      // As it comes back from a Lambda.
      return JSON.parse(JSON.stringify(await answerTick(world.ports, event)));
    },
  });
  const driver = createStepFunctionsDriver({ client: service.client as never, stateMachineArn: STATE_MACHINE_ARN });
  world.ports = { ...world.ports, driver };
});
afterEach(async () => {
  await service.stop();
  vi.useRealTimers();
});

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Lets a second pass for all. */
async function second(runId: string): Promise<Run> {
  world.clock.advance(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  for (let i = 0; i < 20; i++) await settle();
  const run = await world.row(runId);
  for (const id of world.launcher.running(runId)) await world.work(run, id);
  return run;
}

/** Lets time pass until the run and its executions are over. */
async function toEnd(
  runId: string,
  each: (run: Run) => Promise<void> | void = () => {},
  secondsMax = 3_600,
): Promise<Run> {
  for (let seconds = 0; seconds < secondsMax; seconds++) {
    const run = await second(runId);
    await each(run);
    const over = [...service.executions.values()].every(({ status }) => status !== 'RUNNING');
    if (over && service.executions.size > 0) return world.row(runId);
  }
  throw new Error(`run ${runId} does not end: ${JSON.stringify(await world.row(runId))}`);
}

const statuses = () => [...service.executions.values()].map(({ name, status }) => `${name} ${status}`);

describe('a run driven by Step Functions', () => {
  it('goes from the queue to its report, made where there is memory for it', async () => {
    const { id } = await world.startAndTake();
    const ended = await toEnd(id);
    expect(ended).toMatchObject({ phase: 'complete', lostTasks: [], reportAttempts: 1 });
    expect(await readReport(world.ports, { runId: id })).toMatchObject({ status: 'complete', tasksDelivered: 2 });
    expect(statuses()).toEqual([`${id} SUCCEEDED`]);
    expect(new Set(calls.filter(({ lambda }) => lambda === 'consolidate').map(({ phase }) => phase))).toEqual(
      new Set(['parsing results']),
    );
    expect(calls.filter(({ lambda, phase }) => lambda === 'tick' && phase === 'parsing results')).toEqual([]);
    // A tick every five seconds or so of the load, and some around it.
    expect(calls.length).toBeLessThan(30);
    const [execution] = service.executions.values();
    expect(execution?.events).toBeLessThanOrEqual(calls.length * historyEvents.perTick + 10);
  });

  it('shows in which phase it is', async () => {
    const { id } = await world.startAndTake();
    await toEnd(id);
    const entered = [...new Set(service.executions.get(id)?.states)];
    const waits = ['provisioning', 'running', 'parsing results', 'cleaning up'].map((phase) =>
      stateNames.wait(phase as Phase),
    );
    expect(entered.filter((name) => name.startsWith('wait'))).toEqual(waits);
    expect(entered.at(-1)).toBe(stateNames.ended);
  });

  it('ends when it is cancelled, in the queue too', async () => {
    const { id } = await world.startAndTake();
    await toEnd(id, async ({ phase, cancelRequestedAtMs }) => {
      if (phase === 'running' && cancelRequestedAtMs === null) {
        await cancelRun(world.ports, { kind: 'local' }, { runId: id });
        expect((await readControl(world, id))?.state).toBe('stop');
      }
    });
    expect(await world.row(id)).toMatchObject({ phase: 'cancelled', outcome: 'cancelled' });
    const waiting = await world.start();
    await cancelRun(world.ports, { kind: 'local' }, { runId: waiting.id });
    expect(await toEnd(waiting.id)).toMatchObject({ phase: 'cancelled', goAtMs: null });
  });

  it('fails with the reason when its tasks are lost', async () => {
    const { id } = await world.startAndTake();
    const ended = await toEnd(id, ({ phase, goAtMs }) => {
      if (phase === 'running' && goAtMs !== null) world.launcher.end(id, { region: 'east', task: 0 }, 'exit code 137');
    });
    expect(ended).toMatchObject({ phase: 'failed', lostTasks: [{ region: 'east', task: 0 }] });
    expect(ended.reason).toContain('exit code 137');
    expect(statuses()).toEqual([`${id} SUCCEEDED`]);
  });

  it('survives ticks that fail now and then', async () => {
    const { id } = await world.startAndTake();
    let tries = 0;
    failure = () => (++tries % 3 === 0 ? new Error('the table throttles') : null);
    expect(await toEnd(id)).toMatchObject({ phase: 'complete', lostTasks: [] });
  });

  it('is given up when its ticks keep failing, and somebody is told', async () => {
    const { id } = await world.startAndTake();
    failure = (event) => (calls.length > 10 && !('giveUp' in (event as object)) ? new Error('no such table') : null);
    const ended = await toEnd(id);
    expect(ended).toMatchObject({ phase: 'failed', verdict: 'none' });
    expect(ended.reason).toBe('It could not be driven any further: no such table');
    expect(world.launcher.running(id)).toEqual([]);
    expect((await readControl(world, id))?.state).toBe('stop');
    expect(statuses()).toEqual([`${id} FAILED`]);
  });

  it('is given up as soon as that can be stored', async () => {
    const { id } = await world.startAndTake();
    const failingUntilMs = world.clock.now() + 1_800_000;
    failure = () => (world.clock.now() < failingUntilMs ? new Error('everything is down') : null);
    const ended = await toEnd(id);
    expect(ended).toMatchObject({ phase: 'failed' });
    expect(ended.endedAtMs).toBeGreaterThanOrEqual(failingUntilMs);
  });

  it('goes on in another execution, and in one only', async () => {
    const { id } = await world.start();
    service.start(id, JSON.stringify({ runId: id, ticks: ticksPerExecutionMax - 5, continuation: 0 }));
    await takeQueuedRuns(world.ports);
    // Whoever starts it again by its name changes nothing, then and later.
    const ended = await toEnd(id, ({ phase }) => (phase === 'running' ? world.ports.driver.drive(id) : undefined));
    expect(ended).toMatchObject({ phase: 'complete', lostTasks: [] });
    expect(statuses()).toEqual([`${id} SUCCEEDED`, `${id}-1 SUCCEEDED`]);
    expect(service.executions.get(id)?.states.slice(-2)).toEqual([stateNames.goOn, stateNames.ended]);
  });

  it('ends with a run that is gone, or whose plan is', async () => {
    const { id } = await world.startAndTake();
    await world.objects.delete(runFolderPrefix(id) + runFolderPaths.plan);
    expect(await toEnd(id)).toMatchObject({ phase: 'failed', reason: expect.stringContaining('plan') });
    await world.ports.driver.drive('run-none');
    await second(id);
    expect(statuses()).toEqual([`${id} SUCCEEDED`, 'run-none SUCCEEDED']);
    expect(finalPhases.has((await world.row(id)).phase)).toBe(true);
  });
});
