/** Lambda of a region: what its tasks print live goes to those who watch. */
import type { Context } from 'aws-lambda';
import { readSubscriptionEvent } from '../../adapters/aws/cloudwatch/subscription-event.ts';
import { createIotLiveChannel } from '../../adapters/aws/iot/iot-live-channel.ts';
import { type PublishedLines, publishLines } from '../../live/publish-lines.ts';
import { iotDataClient } from './parts/clients/iot-data.ts';
import { log, noteInvocation } from './parts/log.ts';

/** What is left of the Lambda's time then is for saying what was not sent. */
const KEPT_MS = 3_000;

/** `event`: of a log subscription. Answers with what became of it. Live data is lossy: there is no use in invoking it again later. */
export async function handler(event: unknown, context: Context): Promise<PublishedLines> {
  noteInvocation(context);
  const lines = await readSubscriptionEvent(event);
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - KEPT_MS));
  const ports = { channel: createIotLiveChannel({ client: iotDataClient() }), log, nowMs: Date.now };
  return publishLines(ports, { lines, region: process.env.AWS_REGION ?? '', signal });
}
