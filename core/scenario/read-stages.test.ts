import { describe, expect, it } from 'vitest';
import { closedLoad } from './fixtures/flows.ts';
import { problemsOf, read } from './fixtures/texts.ts';

const text = (keywords: string) => `execution: [{scenario: {requests: ["http://h/"]}, ${keywords}}]`;
const loadOf = (keywords: string) => read(text(keywords)).scenario.executions[0]?.load;
const stage = (durationSeconds: number, target: number) => ({ durationSeconds, target });
const UP_AND_DOWN = 'stages: [{duration: 1m, target: 50}, {duration: 30, target: 0}]';
const open = {
  model: 'open',
  starts: 'iterations',
  startsPerSecond: 50,
  concurrency: null,
  rampUpSeconds: 0,
  steps: null,
  holdForSeconds: 0,
  stages: [stage(60, 50), stage(30, 0)],
  iterations: null,
};

describe('stages', () => {
  it.each([
    [UP_AND_DOWN, closedLoad({ concurrency: 50, stages: [stage(60, 50), stage(30, 0)] })],
    [`${UP_AND_DOWN}, iterations: 3`, closedLoad({ concurrency: 50, iterations: 3, stages: open.stages })],
    [`${UP_AND_DOWN}, concurrency: 80`, closedLoad({ concurrency: 80, stages: [stage(0, 80), ...open.stages] })],
    [`${UP_AND_DOWN}, concurrency: 0`, closedLoad({ concurrency: 50, stages: open.stages })],
    [`${UP_AND_DOWN}, arrival-rate: 0`, open],
    [`${UP_AND_DOWN}, arrival-rate: 0, concurrency: 7`, { ...open, concurrency: 7 }],
    [`${UP_AND_DOWN}, throughput: 0`, { ...open, starts: 'requests' }],
    [
      'stages: [{duration: 1s, target: 0.5}], arrival-rate: 2.5',
      { ...open, startsPerSecond: 2.5, stages: [stage(0, 2.5), stage(1, 0.5)] },
    ],
  ])('of {%s}', (keywords, load) => {
    expect(loadOf(keywords)).toEqual(load);
  });

  it.each([
    ['stages: []', 'stages: is empty'],
    ['stages: 5', 'stages: 5 is not a list'],
    ['stages: [5]', 'stages[0]: 5 is not a stage: a mapping of keywords is expected'],
    ['stages: [{target: 5}]', 'stages[0].duration: is missing: a time such as 1m'],
    ['stages: [{duration: 1m}]', 'stages[0].target: is missing: users'],
    ['stages: [{duration: 1m}], arrival-rate: 0', 'stages[0].target: is missing: starts per second'],
    ['stages: [{duration: 1m, target: 1.5}]', 'stages[0].target: 1.5 is not a whole number of 0 or more'],
    ['stages: [{duration: 1m, target: -1}], arrival-rate: 0', 'stages[0].target: -1 is not a number of 0 or more'],
    ['stages: [{duration: 1m, target: 1000001}]', 'stages[0].target: 1000001 is more than 1000000'],
    ['stages: [{duration: 0, target: 5}]', 'stages: one of them must take some time, such as 1m'],
    ['stages: [{duration: 1m, target: 0}]', 'stages: all targets are 0: there is no load'],
    [
      'stages: [{duration: 31d, target: 5}]',
      'stages: they take 2678400 s together; at most 2592000 s (30 days) are possible',
    ],
    ['stages: [{duration: 1m, target: 5}], hold-for: 1m', 'hold-for: cannot stand beside stages, which say all of it'],
    ['stages: [{duration: 1m, target: 5, rate: 1}]', 'stages[0].rate: not a keyword of a stage'],
    [
      'arrival-rate: 1, throughput: 1, hold-for: 1m',
      'arrival-rate: is iterations per second, throughput requests per second: only one of them can be planned',
    ],
    ['arrival-rate: 1', 'arrival-rate: needs ramp-up or hold-for beside it, to say for how long'],
  ])('{%s} is refused', (keywords, problem) => {
    expect(problemsOf(text(keywords))).toEqual([`execution[0].${problem}`]);
  });

  it('are not needed for an arrival rate', () => {
    expect(loadOf('arrival-rate: 5, ramp-up: 10s, steps: 2, hold-for: 1m, concurrency: 9, iterations: 4')).toEqual({
      ...open,
      startsPerSecond: 5,
      concurrency: 9,
      rampUpSeconds: 10,
      steps: 2,
      holdForSeconds: 60,
      stages: null,
      iterations: 4,
    });
  });
});
