import { setTimeout as sleep } from 'node:timers/promises';
import type { EcsRegionsOptions } from '../../../adapters/aws/ecs/ecs-regions.ts';
import type { RegionRecords } from '../../../adapters/aws/ecs/region-records.ts';
import { ecsClient } from './clients/ecs.ts';
import { serviceQuotasClient } from './clients/service-quotas.ts';
import { regionRecords } from './region-records.ts';

/** What it takes to ask ECS in all regions that are registered. */
export function ecsAccess(): EcsRegionsOptions & { records: RegionRecords } {
  return {
    records: regionRecords(),
    ecsOf: ecsClient,
    quotasOf: serviceQuotasClient,
    clock: { nowMs: Date.now, sleep },
  };
}
