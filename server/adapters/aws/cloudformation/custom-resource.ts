/**
 * Custom resources of CloudFormation: a stack waits for an answer that is put to a signed URL, an hour long if none comes.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

export const customResourceEventSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string().min(1),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.record(z.string(), z.unknown()).default({}),
});
export type CustomResourceEvent = z.infer<typeof customResourceEventSchema>;

const ATTEMPTS_MAX = 4;
const REASON_LENGTH_MAX = 1_000;

/** `failure`: why it did not work, for people; null when it did. Throws when the answer cannot be put. */
export async function answerCustomResource(
  event: CustomResourceEvent,
  { physicalId, failure }: { physicalId: string; failure: string | null },
  pauseMs = 500,
): Promise<void> {
  const body = JSON.stringify({
    Status: failure === null ? 'SUCCESS' : 'FAILED',
    Reason: (failure ?? '').slice(0, REASON_LENGTH_MAX),
    PhysicalResourceId: physicalId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  });
  for (let attempt = 1; ; attempt++) {
    try {
      // The signature covers an empty content type.
      const response = await fetch(event.ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
      if (response.ok) return;
      throw new Error(`CloudFormation's answer URL says ${response.status}`);
    } catch (error) {
      if (attempt === ATTEMPTS_MAX) throw error;
      await sleep(pauseMs * attempt);
    }
  }
}
