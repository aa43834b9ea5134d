/** Deployments that are synthesised and checked, each with what is unlike in it. */
import { join } from 'node:path';
import type { SettingsInput } from './settings.ts';

const root = join(import.meta.dirname, '..', '..');
const usual: SettingsInput = { mainRegion: 'eu-west-1', adminEmail: 'ada@example.com' };

export const variants: Readonly<Record<string, SettingsInput>> = {
  default: usual,
  headless: { ...usual, headless: true },
  'given-network': {
    ...usual,
    networks: { 'eu-west-1': { vpcId: 'vpc-0123456789abcdef0', subnetIds: ['subnet-0a', 'subnet-0b'] } },
  },
  'private-subnets': { ...usual, subnets: 'private', flowLogs: true },
  'customer-key': {
    ...usual,
    kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/0f3c7a52-9f0d-4f5e-8d59-3b7c2a1e6d40',
  },
  'x86-spot': { ...usual, architecture: 'x86_64', spot: true, taskVcpu: 4, taskMemoryMb: 16_384, taskStorageGb: 50 },
  'given-image': {
    ...usual,
    imageUri: '123456789012.dkr.ecr.{region}.amazonaws.com/load/generator:7',
    keepData: false,
    flowLogs: true,
    multiFactor: 'required',
  },
  extension: { ...usual, extensions: [join(root, 'examples', 'aws-extension', 'extension.ts')] },
  'two-regions': { ...usual, regions: ['eu-west-1', 'us-east-1'] },
};
