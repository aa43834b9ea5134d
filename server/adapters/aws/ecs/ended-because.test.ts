import type { Task } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { failureKind, refusalKind } from './aws-failures.ts';
import { endedBecause, hasEnded } from './ended-because.ts';

const worker = (changes: object) => [{ name: 'worker', lastStatus: 'STOPPED', ...changes }];

describe('how a task ended', () => {
  it.each<[Task, string | null, string | null]>([
    [{ stopCode: 'EssentialContainerExited', containers: worker({ exitCode: 0 }) }, null, 'exit code 0'],
    [{ containers: worker({ exitCode: 1 }) }, 'no more disk', 'exit code 1, its last words: no more disk'],
    [
      { containers: worker({ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }) },
      null,
      'it ran out of memory (exit code 137)',
    ],
    [{ containers: worker({ exitCode: 137 }) }, null, 'exit code 137, ended by SIGKILL'],
    [
      {
        stopCode: 'SpotInterruption',
        stoppedReason: 'Your Spot Task was interrupted.',
        containers: worker({ exitCode: 143 }),
      },
      null,
      'AWS took its Spot capacity away',
    ],
    [
      {
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'CannotPullContainerError: pull image manifest has been retried 5 time(s)',
        containers: [{ name: 'worker', lastStatus: 'STOPPED' }],
      },
      null,
      'it could not be started: CannotPullContainerError: pull image manifest has been retried 5 time(s)',
    ],
    [{ stoppedReason: 'Ended by Loadstar.', containers: [] }, null, 'Ended by Loadstar.'],
    [
      {
        containers: [
          { name: 'sidecar', exitCode: 0 },
          { name: 'worker', exitCode: 3 },
        ],
      },
      null,
      'exit code 3',
    ],
    [{}, null, null],
    [{}, 'good bye', 'ended, its last words: good bye'],
  ])('is told of %j', (task, lastWords, expected) => {
    expect(endedBecause(task, 'worker', lastWords)).toBe(expected);
  });

  it.each([
    [{ lastStatus: 'RUNNING', desiredStatus: 'STOPPED', containers: [{ lastStatus: 'RUNNING' }] }, false],
    [{ lastStatus: 'STOPPING', containers: [{ lastStatus: 'STOPPED' }] }, true],
    [{ lastStatus: 'PROVISIONING', containers: [] }, false],
    [{ lastStatus: 'DEPROVISIONING' }, true],
    [{ lastStatus: 'STOPPED' }, true],
    [{}, false],
  ])('is known of %j: %s', (task, ended) => {
    expect(hasEnded(task)).toBe(ended);
  });
});

describe('what AWS says when it starts no task', () => {
  it.each([
    [Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }), 'throttled'],
    [
      Object.assign(
        new Error('Capacity is unavailable at this time. Please try again later or in a different availability zone'),
        { name: 'ClientException' },
      ),
      'waiting',
    ],
    [
      Object.assign(new Error("You've reached the limit on the number of vCPUs you can run concurrently"), {
        name: 'ClientException',
      }),
      'waiting',
    ],
    [Object.assign(new Error('internal'), { name: 'ServerException', $metadata: { httpStatusCode: 500 } }), 'waiting'],
    [Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'waiting'],
    [
      Object.assign(new Error('not authorized to perform: iam:PassRole'), {
        name: 'AccessDeniedException',
        $metadata: { httpStatusCode: 400 },
      }),
      'final',
    ],
    [Object.assign(new Error('Cluster not found.'), { name: 'ClusterNotFoundException' }), 'final'],
    [Object.assign(new Error('TaskDefinition is inactive'), { name: 'ClientException' }), 'final'],
  ])('%s: %s', (error, kind) => {
    expect(failureKind(error)).toBe(kind);
  });

  it('among the failures of an answer', () => {
    expect(refusalKind('Capacity is unavailable at this time.')).toBe('waiting');
    expect(refusalKind('RESOURCE:ENI')).toBe('waiting');
    expect(refusalKind('MISSING')).toBe('final');
  });
});
