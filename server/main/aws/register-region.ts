/** Lambda of a region's stack: makes the region known to the main stack, and forgets it when the stack goes. */
import type { Context } from 'aws-lambda';
import {
  answerCustomResource,
  type CustomResourceEvent,
  customResourceEventSchema,
} from '../../adapters/aws/cloudformation/custom-resource.ts';
import { readRegionProperties } from '../../adapters/aws/ecs/region-records.ts';
import { log, noteInvocation } from './parts/log.ts';
import { regionRecords } from './parts/region-records.ts';

/** `event`: of a custom resource. Answers CloudFormation whatever happens; throws for what is no such event. */
export async function handler(event: unknown, context: Context): Promise<void> {
  noteInvocation(context);
  const request = customResourceEventSchema.parse(event);
  const region = String(request.ResourceProperties.region ?? '');
  let failure: string | null = null;
  try {
    await change(request, region);
  } catch (error) {
    failure = (error as Error).message;
    log('error', 'a region could not be registered or forgotten', { region, error: failure });
  }
  await answerCustomResource(request, {
    physicalId: request.PhysicalResourceId ?? `loadstar-region-${region}`,
    failure,
  });
}

async function change(
  { RequestType, ResourceProperties, StackId }: CustomResourceEvent,
  region: string,
): Promise<void> {
  if (RequestType === 'Delete') {
    await regionRecords().remove(region, StackId);
    log('info', 'a region is forgotten', { region });
    return;
  }
  const { ServiceToken: _, ...properties } = ResourceProperties;
  await regionRecords().put(readRegionProperties(properties, { stackId: StackId, nowMs: Date.now() }));
  log('info', 'a region is registered', { region });
}
