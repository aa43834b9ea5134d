import { describe, expect, it } from 'vitest';
import { cdkCommandOf } from './cdk-command.ts';

const settings = ['-c', 'adminEmail=ada@example.com', '--context', 'regions=eu-west-1,us-east-1'];

describe('npm run aws:deploy', () => {
  it.each([
    [settings, ['deploy', '--all', ...settings]],
    [
      ['deploy', ...settings],
      ['deploy', '--all', ...settings],
    ],
    [
      ['diff', ...settings, '--profile', 'load'],
      ['diff', '--all', ...settings, '--profile', 'load'],
    ],
    [
      ['--require-approval', 'never', ...settings],
      ['deploy', '--all', '--require-approval', 'never', ...settings],
    ],
    [
      ['destroy', '--force', ...settings],
      ['destroy', '--all', '--force', ...settings],
    ],
  ])('is about all stacks, whatever is set: %j', (given, asked) => {
    expect(cdkCommandOf(given)).toEqual(asked);
  });

  it.each([
    [['destroy', 'loadstar-tasks-us-east-1', ...settings]],
    [['destroy', ...settings, 'loadstar-tasks-us-east-1']],
    // With --all beside it CDK would destroy the others too.
    [['destroy', '--force', 'loadstar-tasks-us-east-1', ...settings]],
    [['list', ...settings]],
    [['bootstrap']],
    [['bootstrap', 'aws://123456789012/us-east-1']],
  ])('is about no more than what is named: %j', (given) => {
    expect(cdkCommandOf(given)).toEqual(given);
  });
});
