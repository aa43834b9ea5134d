import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import { finalPhases, phases } from '../../../../core/run/run.ts';
import {
  historyEvents,
  historyEventsMax,
  stateMachineDefinition,
  stateNames,
  tickRetries,
  ticksPerExecutionMax,
} from './state-machine.ts';

const arns = {
  tick: 'arn:aws:lambda:eu-west-1:123456789012:function:tick',
  consolidate: 'arn:aws:lambda:eu-west-1:123456789012:function:consolidate',
};
const definition = stateMachineDefinition(arns);

describe('the state machine of runs', () => {
  it('is Amazon States Language', () => {
    expect(() => new StateMachine(definition as never)).not.toThrow();
  });

  it('has a state for every phase that a run can be in, and makes reports where there is memory for it', () => {
    for (const phase of phases.filter((name) => !finalPhases.has(name))) {
      const Resource = phase === 'parsing results' ? arns.consolidate : arns.tick;
      expect(definition.States[stateNames.tick(phase)]).toMatchObject({ Type: 'Task', Resource });
      expect(definition.States[stateNames.next]?.Choices).toContainEqual({
        Variable: '$.phase',
        StringEquals: phase,
        Next: stateNames.wait(phase),
      });
    }
  });

  it('goes on in a new execution before there are too many events, even if every tick needs its last try', () => {
    const eventsMax =
      ticksPerExecutionMax * (historyEvents.perTick + historyEvents.perFailedTry * tickRetries.MaxAttempts);
    const giveUp = definition.States[stateNames.giveUp]?.Retry as { MaxAttempts: number }[];
    const lastEvents = (giveUp[0]?.MaxAttempts ?? 0) * historyEvents.perFailedTry + 50;
    expect(eventsMax + lastEvents).toBeLessThan(historyEventsMax);
  });
});
