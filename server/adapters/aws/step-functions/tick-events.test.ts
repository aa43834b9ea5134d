import { describe, expect, it } from 'vitest';
import { failureText, readTickEvent, tickAnswer } from './tick-events.ts';

const input = { runId: 'run-1', ticks: 7, continuation: 2 };

describe('events of the state machine', () => {
  it('are the answer of the tick before, or the wish to give up', () => {
    const answer = tickAnswer(input, { final: false, nextInMs: 4_100 }, 'running');
    expect(answer).toEqual({ ...input, ticks: 8, phase: 'running', final: false, waitSeconds: 5 });
    expect(readTickEvent(answer)).toEqual({ ...input, ticks: 8 });
    const giveUp = { runId: 'run-1', giveUp: { error: 'States.Timeout', cause: '' } };
    expect(readTickEvent(giveUp)).toEqual(giveUp);
  });

  it.each([
    null,
    {},
    [],
    'run-1',
    { runId: '' },
    { runId: 'a', ticks: -1, continuation: 0 },
    { runId: 'a', ticks: '1' },
  ])('are nothing else: %j', (event) => expect(() => readTickEvent(event)).toThrow('no event of the state machine'));

  it('say that a run is over, and that one is gone', () => {
    expect(tickAnswer(input, { final: true }, 'complete')).toMatchObject({ final: true, phase: 'complete' });
    expect(tickAnswer(input, { final: true }, null)).toMatchObject({ final: true, phase: 'failed' });
  });

  it('name waits that there are', () => {
    const waits = [-5, 0, 1, 30_000, 1e9, Number.NaN, Number.POSITIVE_INFINITY].map(
      (nextInMs) => tickAnswer(input, { final: false, nextInMs }, 'running').waitSeconds,
    );
    expect(waits).toEqual([0, 0, 1, 30, 60, 60, 60]);
  });

  it('say why ticks failed', () => {
    const textOf = (error: string, cause: string) => failureText({ runId: 'run-1', giveUp: { error, cause } });
    const cause = JSON.stringify({ errorType: 'Error', errorMessage: 'no such table', trace: ['secret'] });
    expect(textOf('Error', cause)).toBe('no such table');
    expect(textOf('States.Timeout', '')).toBe('States.Timeout');
    expect(textOf('Lambda.Unknown', 'it vanished')).toBe('it vanished');
    expect(textOf('Error', JSON.stringify({ errorMessage: 'x'.repeat(9_999) }))).toHaveLength(500);
  });
});
