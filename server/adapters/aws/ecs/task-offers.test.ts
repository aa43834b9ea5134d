import { expect, it } from 'vitest';
import { regionRecordSchema } from './region-records.ts';
import { createTaskOffers } from './task-offers.ts';

const record = regionRecordSchema.parse({
  region: 'eu-west-1',
  clusterArn: 'cluster',
  taskDefinitionArn: 'worker:1',
  containerName: 'worker',
  subnetIds: ['subnet-1'],
  securityGroupIds: ['sg-1'],
  assignPublicIp: false,
  logGroupName: '/loadstar/tasks',
  cpuArchitecture: 'X86_64',
  vcpuPerTask: 4,
  memoryMbPerTask: 8192,
  tasksMax: 100,
  spot: true,
  version: '0.1.0',
  registeredAtMs: 0,
  stackId: 'stack',
});
const offer = {
  region: 'eu-west-1',
  size: { vcpu: 4, memoryMb: 8192 },
  architecture: 'x86',
  spot: true,
  publicIp: false,
};

it('offers what the regions registered, and asks again when some time has passed, or when it failed', async () => {
  let nowMs = 0;
  let asked = 0;
  let fails = true;
  const list = async () => {
    asked++;
    if (fails) throw new Error('throttled');
    return [record];
  };
  const offers = createTaskOffers({ list }, () => nowMs);
  await expect(offers.list()).rejects.toThrow('throttled');
  fails = false;
  expect(await Promise.all([offers.list(), offers.list()])).toEqual([[offer], [offer]]);
  nowMs = 59_000;
  expect(await offers.list()).toEqual([offer]);
  expect(asked).toBe(2);
  nowMs = 61_000;
  await offers.list();
  expect(asked).toBe(3);
});
