import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayRead, writableObject } from '../../../run-folder/task-objects.ts';
import { SESSION_POLICY_CHARACTERS_MAX, taskSessionPolicy } from './session-policy.ts';

const place = { bucket: 'a-bucket', partition: 'aws', bucketKeyArn: null };
const prefix = 'runs/run-1/';
const task = { region: 'eu-west-1', task: 1 };
const regions = [
  { name: 'eu-west-1', tasks: 20, share: 1 },
  { name: 'us-east-1', tasks: 2, share: 1 },
];

interface Statement {
  Action: string | string[];
  Resource: string | string[];
}

/** As IAM reads it: `*` stands for any characters, also slashes. */
function allows(policy: string, action: string, key: string): boolean {
  const { Statement: statements } = JSON.parse(policy) as { Statement: Statement[] };
  const arn = `arn:aws:s3:::a-bucket/${key}`;
  const matches = (pattern: string) => {
    const expression = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    return new RegExp(`^${expression}$`, 's').test(arn);
  };
  return statements.some(({ Action, Resource }) => [Action].flat().includes(action) && [Resource].flat().some(matches));
}

const policy = taskSessionPolicy(place, prefix, task);

describe('the session policy of a task', () => {
  it.each([
    ['plan.json', true, false],
    ['control.json', true, false],
    ['files/data/a.csv', true, false],
    ['files.json', false, false],
    ['report.json', false, false],
    ['results/eu-west-1/1.xml', true, true],
    ['results/eu-west-1/1.done.json', true, true],
    ['results/eu-west-1/1.hdr', false, true],
    ['results/eu-west-1/1.damaged.json', false, false],
    ['results/eu-west-1/10.xml', false, false],
    ['results/us-east-1/1.xml', false, false],
    ['ready/eu-west-1/1.json', false, true],
    ['ready/eu-west-1/11.json', false, false],
    ['series/eu-west-1/1/0.seg', false, true],
    ['series/eu-west-1/12/0.seg', false, false],
    ['series/us-east-1/1/0.seg', false, false],
    ['folded/eu-west-1/0.seg', false, false],
    ['artifacts/eu-west-1/1/out/kpi.jtl', false, true],
    ['artifacts/eu-west-1/0/task.log', false, false],
  ])('on %s: reads %s, writes %s', (path, reads, writes) => {
    expect(allows(policy, 's3:GetObject', prefix + path)).toBe(reads);
    expect(allows(policy, 's3:PutObject', prefix + path)).toBe(writes);
    for (const action of ['s3:GetObject', 's3:PutObject']) {
      expect(allows(policy, action, `runs/run-2/${path}`)).toBe(false);
    }
  });

  it('lets a task do nothing that it may not do over HTTP, and what it may, for its own objects', () => {
    const words = ['series', 'results', 'ready', 'artifacts', 'files', 'eu-west-1', 'us-east-1', 'a', 'plan.json'];
    const numbers = ['0', '1', '10', '1.xml', '1.hdr', '1.json', '1.done.json', '0.seg', '1.damaged.json', '01.xml'];
    const part = fc.constantFrom(...words, ...numbers);
    const paths = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(paths, (path) => {
        const writes = allows(policy, 's3:PutObject', prefix + path);
        const isOwn = /^\w+\/eu-west-1\/1[./]/.test(path);
        // A slash or a name that S3 takes is no harm below the task's own series, which only it writes.
        const isOwnSegment = /^series\/eu-west-1\/1\/.*\.seg$/s.test(path);
        const mayWrite = isOwn && writableObject(path, regions) !== null;
        if (!isOwnSegment) expect([path, writes]).toEqual([path, mayWrite]);
        const reads = allows(policy, 's3:GetObject', prefix + path);
        expect([path, reads]).toEqual([path, mayRead(path, regions) && (isOwn || !path.startsWith('results/'))]);
      }),
    );
  });

  it('fits into what STS takes, however long the names are', () => {
    const long = {
      bucket: 'b'.repeat(63),
      partition: 'aws-us-gov',
      bucketKeyArn: `arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/${'f'.repeat(36)}`,
    };
    const longest = taskSessionPolicy(long, 'runs/run-20260131-235959-4f2a9c01/', {
      region: 'ap-northeast-1',
      task: 9_999,
    });
    expect(longest.length).toBeLessThanOrEqual(SESSION_POLICY_CHARACTERS_MAX);
  });
});
