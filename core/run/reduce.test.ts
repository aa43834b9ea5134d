/** Single steps of the run's state machine that whole simulated runs seldom or never reach. */
import { describe, expect, it } from 'vitest';
import type { Observation, TaskObservation } from './observation.ts';
import { processTimeouts, REPORT_ATTEMPTS_MAX } from './policy.ts';
import { reduce } from './reduce.ts';
import type { Run } from './run.ts';
import { newRun, START_MS } from './simulation/simulate.ts';
import { abandonRun, orderStop, requestCancel, takeRun } from './transitions.ts';

const LOST_GRACE_MS = processTimeouts.lostGraceSeconds * 1000;
const STOP_MS_MAX = processTimeouts.stopSeconds * 1000;
const PROVISIONING_MS_MAX = processTimeouts.provisioningSeconds * 1000;
const CLEANING_UP_MS_MAX = processTimeouts.cleaningUpSeconds * 1000;

function runIn(phase: Run['phase'], changes: Partial<Run> = {}): Run {
  return { ...newRun({ a: 2 }, 50, 20), phase, ...changes };
}

function task(number: number, changes: Partial<TaskObservation> = {}): TaskObservation {
  const fresh = {
    process: 'running',
    endedBecause: null,
    ready: true,
    result: 'none',
    exit: null,
    error: null,
  } as const;
  return { region: 'a', task: number, ...fresh, ...changes };
}

function seen(tasks: TaskObservation[], changes: Partial<Observation> = {}): Observation {
  const control = { revision: 3, state: 'go', goAtMs: START_MS, stopReason: null } as const;
  return { tasks, control, stopCriterion: null, launchError: null, report: null, ...changes };
}

const delivered = { process: 'ended', result: 'parsed', exit: 'completed' } as const;

describe('reduce', () => {
  it('changes nothing about a run that is over', () => {
    for (const phase of ['complete', 'failed', 'cancelled'] as const) {
      const run = runIn(phase, { cancelRequestedAtMs: START_MS });
      expect(reduce(run, seen([task(0), task(1)]), START_MS)).toEqual({ run, commands: [] });
    }
  });

  it('gives back the same object while nothing changes, so that nothing need be stored', () => {
    const run = runIn('running', { goAtMs: START_MS });
    expect(reduce(run, seen([task(0), task(1)]), START_MS + 1_000).run).toBe(run);
  });

  it('says that a second of a lost task is enough to be missing, but not to be lost', () => {
    const run = runIn('running', { goAtMs: START_MS });
    const observation = seen([task(0, { process: 'ended', endedBecause: 'exit code 1' }), task(1)]);
    const first = reduce(run, observation, START_MS).run;
    expect(first).toMatchObject({ missingTasks: [{ task: 0, sinceMs: START_MS }], lostTasks: [] });
    expect(reduce(first, observation, START_MS + LOST_GRACE_MS - 1).run).toBe(first);
    expect(reduce(first, seen([task(0), task(1)]), START_MS + LOST_GRACE_MS).run.missingTasks).toEqual([]);
    const last = reduce(first, observation, START_MS + LOST_GRACE_MS).run;
    expect(last).toMatchObject({
      missingTasks: [],
      lostTasks: [{ task: 0, reason: expect.stringContaining('code 1') }],
    });
  });

  it('counts a lost task again when its result shows up after all', () => {
    const lostTasks = [{ region: 'a', task: 0, reason: 'gone', brokeOff: false }];
    const run = runIn('running', { goAtMs: START_MS, lostTasks });
    expect(reduce(run, seen([task(0, delivered), task(1)]), START_MS).run.lostTasks).toEqual([]);
    expect(reduce(run, seen([task(0), task(1)]), START_MS).run.lostTasks).toEqual(lostTasks);
  });

  it('counts a task that somebody else ended as lost for good, also when the run is stopped later', () => {
    const stopped = task(0, { process: 'ended', result: 'parsed', exit: 'stopped' });
    const first = reduce(runIn('running', { goAtMs: START_MS }), seen([stopped, task(1)]), START_MS).run;
    expect(first.lostTasks).toMatchObject([{ task: 0, brokeOff: true }]);
    const asked = { ...first, cancelRequestedAtMs: START_MS };
    const last = reduce(asked, seen([stopped, { ...stopped, task: 1 }]), START_MS).run;
    expect(last).toMatchObject({ outcome: 'cancelled', lostTasks: [{ task: 0 }] });
  });

  it('ends a task that does not get ready, before it goes without it', () => {
    const control = { revision: 1, state: 'wait', goAtMs: null, stopReason: null } as const;
    const observation = seen([task(0, { ready: false }), task(1)], { control });
    const { run, commands } = reduce(runIn('provisioning'), observation, START_MS + PROVISIONING_MS_MAX);
    expect(run.lostTasks).toMatchObject([{ task: 0 }]);
    expect(commands).toContainEqual({ kind: 'kill', tasks: [{ region: 'a', task: 0 }] });
    expect(commands.at(-1)).toMatchObject({ kind: 'go' });
  });

  it('never gives up a result that has landed', () => {
    const run = runIn('cancelling', { goAtMs: START_MS, stopReason: 'cancelled', stopAtMs: START_MS });
    const observation = seen([task(0, delivered), task(1, { process: 'ended', result: 'landed' })]);
    const step = reduce(run, observation, START_MS + 10 * STOP_MS_MAX);
    expect(step.run).toBe(run);
    expect(step.commands).toContainEqual({ kind: 'parse-results' });
  });

  it('makes no report before every result that landed was looked at', () => {
    const lostTasks = [{ region: 'a', task: 1, reason: 'gone', brokeOff: false }];
    const run = runIn('parsing results', { goAtMs: START_MS, outcome: 'complete', lostTasks });
    const landed = task(1, { process: 'ended', result: 'landed' });
    const first = reduce(run, seen([task(0, delivered), landed]), START_MS);
    expect(first.commands.map(({ kind }) => kind)).toEqual(['control', 'parse-results']);
    expect(first.run).toMatchObject({ reportAttempts: 0 });
    const second = reduce(first.run, seen([task(0, delivered), task(1, delivered)]), START_MS);
    expect(second.run).toMatchObject({ lostTasks: [], reportAttempts: 1 });
    expect(second.commands).toContainEqual({ kind: 'consolidate', status: 'complete' });
  });

  it('ends a lost task that turns out to run', () => {
    const run = runIn('running', {
      goAtMs: START_MS,
      lostTasks: [{ region: 'a', task: 0, reason: 'gone', brokeOff: false }],
    });
    const { commands } = reduce(run, seen([task(0), task(1)]), START_MS);
    expect(commands).toContainEqual({ kind: 'kill', tasks: [{ region: 'a', task: 0 }] });
  });

  it('takes over the start instant from control.json, also when it is past', () => {
    const { run } = reduce(runIn('provisioning'), seen([task(0), task(1)]), START_MS + 60_000);
    expect(run).toMatchObject({ phase: 'running', goAtMs: START_MS });
  });

  it('does not go while a task that was ready is dead but not yet lost', () => {
    const control = { revision: 1, state: 'wait', goAtMs: null, stopReason: null } as const;
    const observation = seen([task(0, { process: 'ended' }), task(1)], { control });
    const { run, commands } = reduce(runIn('provisioning'), observation, START_MS);
    expect(commands.map(({ kind }) => kind)).toEqual(['control']);
    const later = reduce(run, observation, START_MS + LOST_GRACE_MS);
    expect(later.commands).toContainEqual({ kind: 'go', leadMs: 3_000 });
  });

  it('does not stop for a criterion when all results have landed', () => {
    const run = runIn('running', { goAtMs: START_MS });
    const stopCriterion = { message: 'avg-rt>1s', fail: true };
    const observation = seen([task(0, delivered), task(1, { process: 'ended', result: 'landed' })], { stopCriterion });
    const { run: next, commands } = reduce(run, observation, START_MS + 1_000_000);
    expect(next.stopReason).toBeNull();
    expect(commands).toContainEqual({ kind: 'parse-results' });
  });

  it('gives up a task that cannot be ended', () => {
    const run = runIn('cancelling', { goAtMs: START_MS, stopReason: 'cancelled', stopAtMs: START_MS });
    const observation = seen([task(0, delivered), task(1)]);
    expect(reduce(run, observation, START_MS + STOP_MS_MAX - 1).run.phase).toBe('cancelling');
    expect(reduce(run, observation, START_MS + STOP_MS_MAX).run).toMatchObject({
      phase: 'parsing results',
      outcome: 'cancelled',
      lostTasks: [{ task: 1, reason: expect.stringContaining('did not end in time') }],
    });
  });

  it('takes over status and lost tasks from the report that was stored first', () => {
    const run = runIn('parsing results', { outcome: 'complete', reportAttempts: 1 });
    const lostTasks = [{ region: 'a', task: 1, reason: 'gone', brokeOff: false }];
    const times = { p50Ms: 1, p95Ms: 2, p99Ms: 3 };
    const summary = { requests: 10, failures: 1, requestsPerSecond: 5, ...times, sparkline: [4, 6] };
    const report = { status: 'failed', verdict: 'none', lostTasks } as const;
    const tasks = [task(0, delivered), task(1, delivered)];
    const next = reduce(run, seen(tasks, { report: { ...report, lostTasks, summary } }), START_MS).run;
    expect(next).toMatchObject({ phase: 'cleaning up', outcome: 'failed', verdict: 'none', lostTasks, summary });
  });

  it('ends without a report when it cannot be made, and only after enough tries', () => {
    const observation = seen([task(0, delivered), task(1, delivered)]);
    let run = runIn('parsing results', { outcome: 'complete' });
    for (let attempt = 1; attempt <= REPORT_ATTEMPTS_MAX; attempt++) {
      const step = reduce(run, observation, START_MS);
      expect(step.commands).toContainEqual({ kind: 'consolidate', status: 'complete' });
      run = step.run;
    }
    expect(reduce(run, observation, START_MS).run).toMatchObject({
      phase: 'cleaning up',
      outcome: 'failed',
      verdict: 'none',
      reason: expect.stringContaining('report could not be made'),
    });
  });

  it('closes a run that cannot be cleaned up, after a last try', () => {
    const run = runIn('cleaning up', { outcome: 'complete', verdict: 'passed' });
    const observation = seen([task(0, { process: 'ended' }), task(1)]);
    expect(reduce(run, observation, START_MS + CLEANING_UP_MS_MAX - 1).run).toBe(run);
    const { run: closed, commands } = reduce(run, observation, START_MS + CLEANING_UP_MS_MAX);
    expect(closed).toMatchObject({ phase: 'complete', endedAtMs: START_MS + CLEANING_UP_MS_MAX });
    expect(closed.reason).toContain('could not be cleaned up');
    expect(commands).toEqual([{ kind: 'kill', tasks: [{ region: 'a', task: 1 }] }]);
  });

  it('releases what the run held only when no task runs', () => {
    const run = runIn('cleaning up', { outcome: 'complete' });
    const commandsFor = (process: TaskObservation['process']) =>
      reduce(run, seen([task(0, { process: 'ended' }), task(1, { process })]), START_MS).commands.map(
        ({ kind }) => kind,
      );
    expect(commandsFor('running')).toEqual(['kill']);
    expect(commandsFor('ended')).toEqual(['clean-up']);
  });
});

describe('transitions', () => {
  it('takes a run from the queue once, and not when it was cancelled', () => {
    const taken = takeRun(runIn('queued'), START_MS + 5);
    expect(taken).toMatchObject({ phase: 'provisioning', phaseSinceMs: START_MS + 5 });
    expect(takeRun(taken, START_MS + 9)).toBe(taken);
    const cancelled = requestCancel(runIn('queued'), START_MS);
    expect(takeRun(cancelled, START_MS)).toBe(cancelled);
  });

  it('remembers the first request to cancel, and none when it is too late', () => {
    const asked = requestCancel(runIn('running'), START_MS);
    expect(asked.cancelRequestedAtMs).toBe(START_MS);
    expect(requestCancel(asked, START_MS + 1)).toBe(asked);
    const late = runIn('cleaning up');
    expect(requestCancel(late, START_MS)).toBe(late);
  });

  it('stops for the first reason only', () => {
    const stopped = orderStop(runIn('running'), 'criterion', 'p95>1s', START_MS);
    expect(stopped).toMatchObject({ phase: 'running', stopReason: 'criterion', stopAtMs: START_MS });
    expect(orderStop(stopped, 'cancelled', 'Cancelled.', START_MS + 1)).toBe(stopped);
  });

  it('gives up a run of which no report can be made', () => {
    const run = abandonRun(runIn('running'), 'The plan is gone.', START_MS);
    expect(run).toMatchObject({
      phase: 'cleaning up',
      outcome: 'failed',
      verdict: 'none',
      reason: 'The plan is gone.',
    });
  });
});
