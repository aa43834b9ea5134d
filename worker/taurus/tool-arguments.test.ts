import { describe, expect, it } from 'vitest';
import { noLoad } from '../../core/taurus/fixtures/shares.ts';
import { type TaurusShare, taskShareOf } from '../../core/taurus/task-share.ts';
import type { TaurusLoad } from '../../core/taurus/taurus-scenario.ts';
import { testPlan } from '../testing/plans.ts';
import { executionOf } from './testing/taurus-run.ts';
import { k6Arguments, locustOrders } from './tool-arguments.ts';

const load = (given: Partial<TaurusLoad>): TaurusLoad => ({ ...noLoad, ...given });

/** Of task 0 or 1 of `tasks`. */
function shareOf(given: TaurusLoad | null, tasks = 1, task = 0, usersMax: number | null = null): TaurusShare {
  const execution = executionOf({ executor: 'k6', script: 's.js', load: given });
  const taurus = {
    executions: [{ ...execution, shape: { ...execution.shape, usersMax } }],
    config: {},
    files: [],
    taskFiles: [],
  };
  const plan = testPlan({ regions: [{ name: 'eu', tasks, share: 1 }], taurus });
  return taskShareOf(plan, { region: 'eu', task }).executions[0]!;
}

describe('arguments of k6', () => {
  it.each<[string, TaurusShare, string]>([
    ['the script as it is, for one task', shareOf(null), ''],
    [
      'a segment of it, for several',
      shareOf(null, 3, 1),
      '--execution-segment 1/3:2/3 --execution-segment-sequence 0,1/3,2/3,1',
    ],
    ['users and time', shareOf(load({ concurrency: 5, holdForSeconds: 60 }), 2), '--vus 3 --duration 60000ms'],
    ['iterations of all users together', shareOf(load({ concurrency: 4, iterations: 10 })), '--vus 4 --iterations 40'],
    [
      'a ramp from nobody',
      shareOf(load({ concurrency: 4, rampUpSeconds: 1.5, holdForSeconds: 10 })),
      '--vus 0 --stage 1500ms:4 --stage 10000ms:4',
    ],
    [
      'stairs',
      shareOf(load({ concurrency: 4, rampUpSeconds: 10, steps: 2 })),
      '--vus 0 --stage 0s:2 --stage 5000ms:2 --stage 0s:4 --stage 5000ms:4',
    ],
    [
      'a limit of requests, divided',
      shareOf(load({ concurrency: 4, throughput: 11, holdForSeconds: 1 }), 2),
      '--rps 6 --vus 2 --duration 1000ms',
    ],
    [
      "a time for the script's own users",
      shareOf(load({ holdForSeconds: 5 }), 2, 1),
      '--execution-segment 1/2:1 --execution-segment-sequence 0,1/2,1 --duration 5000ms',
    ],
  ])('are %s', (_what, share, expected) => {
    expect(k6Arguments(share).join(' ')).toBe(expected);
  });
});

describe('orders to Locust', () => {
  const stop = { gracefulStopSeconds: 2.5, path: 'execution[0]' };
  const { shape } = executionOf({ executor: 'locust', script: 's.py' });

  it('are users, the rate at which they come, and the time', () => {
    const share = shareOf(load({ concurrency: 10, rampUpSeconds: 4, holdForSeconds: 6.2, iterations: 3 }), 2);
    expect(locustOrders(share, { shape }, stop)).toEqual({
      arguments: ['--stop-timeout', '3', '--users', '5', '--spawn-rate', '1.25', '--run-time', '11'],
      environment: { LOADSTAR_REQUESTS_MAX: '15' },
    });
  });

  it('share the users of a shape: each is one task of several', () => {
    const own = [0, 1].map((task) => {
      const { environment } = locustOrders(shareOf(null, 2, task, 5), { shape: { ...shape, usersMax: 5 } }, stop);
      return JSON.parse(environment.LOADSTAR_SHARE ?? '{}') as object;
    });
    expect(own).toEqual([
      {
        users: [
          [0, 0],
          [2, 2],
          [4, 4],
        ],
        usersMax: 5,
        proportion: 0.6,
      },
      {
        users: [
          [1, 1],
          [3, 3],
        ],
        usersMax: 5,
        proportion: 0.4,
      },
    ]);
    expect(locustOrders(shareOf(null), { shape }, stop).environment).toEqual({});
  });

  it('are refused where Locust cannot do it, with the path', () => {
    for (const [field, given] of [
      ['throughput', load({ concurrency: 1, throughput: 5 })],
      ['steps', load({ concurrency: 1, steps: 5 })],
    ] as const) {
      expect(() => locustOrders(shareOf(given), { shape }, stop)).toThrow(
        expect.objectContaining({
          code: 'scenario_invalid',
          fields: [{ path: `execution[0].${field}`, message: expect.any(String) }],
        }),
      );
    }
  });
});
