import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSettings, settingsOfContext, settingsSchema } from './settings.ts';

const needed = { mainRegion: 'eu-west-1', adminEmail: 'ada@example.com' };

describe('the settings of a deployment', () => {
  it('need an administrator and a region', () => {
    expect(parseSettings(needed)).toMatchObject({
      name: 'loadstar',
      regions: ['eu-west-1'],
      alarmEmail: 'ada@example.com',
    });
    expect(() => parseSettings({})).toThrow(/mainRegion[\s\S]*adminEmail/);
  });

  it('are read from texts, as the command line gives them', () => {
    const given: Record<string, string> = {
      ...needed,
      regions: 'us-east-1,eu-west-1,us-east-1',
      headless: 'true',
      keepData: 'false',
      taskVcpu: '0.5',
      tasksMax: '50',
      networks: '{"us-east-1": {"vpcId": "vpc-1", "subnetIds": ["subnet-1"]}}',
      targetAllowList: '["10.0.0.0/8"]',
    };
    expect(settingsOfContext((name) => given[name])).toMatchObject({
      regions: ['us-east-1', 'eu-west-1'],
      headless: true,
      keepData: false,
      taskVcpu: 0.5,
      tasksMax: 50,
      networks: { 'us-east-1': { vpcId: 'vpc-1', subnetIds: ['subnet-1'] } },
      targetAllowList: ['10.0.0.0/8'],
    });
  });

  it.each([
    ['name', 'Loadstar!'],
    ['adminEmail', 'ada'],
    ['regions', 'eu-west-1,mars'],
    ['headless', 'perhaps'],
    ['kmsKeyArn', 'alias/mine'],
    ['logRetentionDays', '8'],
    ['taskVcpu', '3'],
    ['taskStorageGb', '20'],
    ['networks', '{'],
    ['networks', '{"eu-west-1": {"vpcId": "vpc-1", "subnetIds": []}}'],
    ['egressCidr', 'everywhere'],
    ['targetAllowList', '"10.0.0.0/8"'],
    ['multiFactor', 'sometimes'],
  ])('are refused by name: %s', (name, value) => {
    expect(() => parseSettings({ ...needed, [name]: value })).toThrow(new RegExp(`^  ${name}`, 'm'));
  });

  it.each([{ taskVcpu: '4' }, { taskVcpu: '0.25', taskMemoryMb: '4096' }, { taskMemoryMb: '5000' }])(
    'are refused for tasks of a size that Fargate does not sell: %j',
    (size) => {
      expect(() => parseSettings({ ...needed, ...size })).toThrow(/^ {2}taskMemoryMb: .* GB of memory/m);
    },
  );

  it('are all in docs/aws.md', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'aws.md'), 'utf8');
    for (const name of Object.keys(settingsSchema.shape)) expect(page).toContain(`| \`${name}\` |`);
  });
});
