import type { ECSClient } from '@aws-sdk/client-ecs';
import type { Pace } from './ecs-rates.ts';

/** Where tasks of a region run, and how it may be called. */
export interface EcsCluster {
  client: Pick<ECSClient, 'send'>;
  clusterArn: string;
  pace: Pace;
}
