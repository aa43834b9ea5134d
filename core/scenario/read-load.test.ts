// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are expressions of JMeter.
import { describe, expect, it } from 'vitest';
import { closedLoad } from './fixtures/flows.ts';
import { problemsOf, read } from './fixtures/texts.ts';
import type { LoadProfile } from './scenario.ts';

const text = (keywords: string) => `execution: [{scenario: {requests: ["http://h/"]}, ${keywords}}]`;
const loadOf = (keywords: string): LoadProfile | undefined => read(text(keywords)).scenario.executions[0]?.load;
const closed = closedLoad();
const open = {
  model: 'open',
  starts: 'requests',
  startsPerSecond: 100,
  concurrency: null,
  rampUpSeconds: 0,
  steps: null,
  holdForSeconds: 60,
  stages: null,
  iterations: null,
};

describe('the load of an execution', () => {
  it.each([
    ['', { ...closed, iterations: 1 }],
    ['concurrency: 5', { ...closed, concurrency: 5, iterations: 1 }],
    ['concurrency: "5"', { ...closed, concurrency: 5, iterations: 1 }],
    ['concurrency: 5.0', { ...closed, concurrency: 5, iterations: 1 }],
    ['concurrency: {local: 5, cloud: 100}', { ...closed, concurrency: 5, iterations: 1 }],
    ['concurrency: 5, hold-for: 1m', { ...closed, concurrency: 5, holdForSeconds: 60 }],
    ['concurrency: 5, hold-for: 1:30', { ...closed, concurrency: 5, holdForSeconds: 90 }],
    ['ramp-up: 10, iterations: 3', { ...closed, rampUpSeconds: 10, iterations: 3 }],
    ['hold-for: 10, iterations: 0', { ...closed, holdForSeconds: 10 }],
    ['iterations: 7', { ...closed, iterations: 7 }],
    ['iterations: 0', { ...closed, iterations: 1 }],
    ['hold-for: 0, ramp-up: 0s', { ...closed, iterations: 1 }],
    [
      'concurrency: 10, ramp-up: 1m, steps: 5, hold-for: 500ms',
      { ...closed, concurrency: 10, rampUpSeconds: 60, steps: 5, holdForSeconds: 0.5 },
    ],
    ['throughput: 100, hold-for: 1m', open],
    ['throughput: 0.5, ramp-up: 1m', { ...open, startsPerSecond: 0.5, rampUpSeconds: 60, holdForSeconds: 0 }],
    ['throughput: 100, concurrency: 20, hold-for: 1m, iterations: 5', { ...open, concurrency: 20, iterations: 5 }],
    ['throughput: {local: 100}, hold-for: 1m, steps: 3, ramp-up: 6', { ...open, steps: 3, rampUpSeconds: 6 }],
    ['throughput: 0, concurrency: 0, hold-for: 1m', { ...closed, holdForSeconds: 60 }],
    ['throughput: , concurrency: , hold-for: ', { ...closed, iterations: 1 }],
    ['concurrency: 1000000, hold-for: 30d', { ...closed, concurrency: 1_000_000, holdForSeconds: 2_592_000 }],
  ])('of {%s}', (keywords, load) => {
    expect(loadOf(keywords)).toEqual(load);
  });

  it.each([
    ['concurrency: -1', 'concurrency: -1 is not a whole number of 0 or more'],
    ['concurrency: 2.5', 'concurrency: 2.5 is not a whole number of 0 or more'],
    ['concurrency: many', 'concurrency: "many" is not a whole number of 0 or more'],
    ['concurrency: 1e3', 'concurrency: "1e3" is not a whole number of 0 or more'],
    ['concurrency: yes', 'concurrency: true is not a whole number of 0 or more'],
    [
      'concurrency: "${users}"',
      'concurrency: a variable or function cannot stand here; write the value, or just ${__P(name,default)} in an execution',
    ],
    ['concurrency: {cloud: 5}', 'concurrency.local: is missing: it is what counts here'],
    ['concurrency: {local: x}', 'concurrency.local: "x" is not a whole number of 0 or more'],
    ['concurrency: 1000001', 'concurrency: 1000001 is more than 1000000'],
    ['concurrency: 99999999999999999999999', 'concurrency: 99999999999999999999999 is not a whole number of 0 or more'],
    ['throughput: -1, hold-for: 1m', 'throughput: -1 is not a number of 0 or more'],
    ['throughput: .inf, hold-for: 1m', 'throughput: Infinity is not a number of 0 or more'],
    ['throughput: 10000001, hold-for: 1m', 'throughput: 10000001 is more than 10000000'],
    ['throughput: 10', 'throughput: needs ramp-up or hold-for beside it, to say for how long'],
    [
      'throughput: 10, hold-for: 1s, iterations: 5',
      'iterations: with throughput it needs concurrency beside it: iterations are per user',
    ],
    ['hold-for: 1y', 'hold-for: "1y" is not a time: write seconds, or numbers with units as in 1m30s (ms, s, m, h, d)'],
    ['hold-for: -1', 'hold-for: -1 is not a time: write seconds, or numbers with units as in 1m30s (ms, s, m, h, d)'],
    [
      'hold-for: inf',
      'hold-for: "inf" is not a time: write seconds, or numbers with units as in 1m30s (ms, s, m, h, d)',
    ],
    [
      'hold-for: [1]',
      'hold-for: a list is not a time: write seconds, or numbers with units as in 1m30s (ms, s, m, h, d)',
    ],
    ['hold-for: 30d, ramp-up: 1s', 'hold-for: the run would take 2592001 s; at most 2592000 s (30 days) are possible'],
    ['ramp-up: 31d', 'ramp-up: the run would take 2678400 s; at most 2592000 s (30 days) are possible'],
    ['ramp-up: 1, steps: 0', 'steps: must be at least 1'],
    ['ramp-up: 1, steps: 1001', 'steps: 1001 is more than 1000'],
    ['iterations: -1', 'iterations: -1 is not a whole number of 0 or more'],
  ])('is refused: {%s}', (keywords, problem) => {
    expect(problemsOf(text(keywords))).toEqual([`execution[0].${problem}`]);
  });

  it('names what has no effect', () => {
    expect(read(text('steps: 5, hold-for: 1m')).warnings).toEqual([
      'execution[0].steps: has no effect without ramp-up',
    ]);
    expect(read(text('concurrency: 0, throughput: 0, hold-for: 1m')).warnings).toEqual([
      'execution[0].concurrency: 0 counts as not given',
      'execution[0].throughput: 0 counts as not given',
    ]);
  });
});
