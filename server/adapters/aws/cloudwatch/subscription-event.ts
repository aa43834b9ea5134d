/** What a subscription filter of CloudWatch Logs hands to a Lambda: log events, gzipped and in base64. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { LoadstarError } from '../../../../core/errors.ts';

/** CloudWatch Logs sends about a megabyte at most. */
const BYTES_MAX = 32 * 1024 * 1024;

const eventSchema = z.object({ awslogs: z.object({ data: z.string() }) });

const messageSchema = z.object({
  /** `CONTROL_MESSAGE`: only tries whether somebody is there. */
  messageType: z.enum(['DATA_MESSAGE', 'CONTROL_MESSAGE']),
  logEvents: z.array(z.object({ timestamp: z.number(), message: z.string() })),
});

export interface SubscribedLogEvent {
  text: string;
  /** When it was printed, epoch milliseconds. */
  atMs: number;
}

/** The log events; none of a control message. Throws `option_invalid` for what is no such event. */
export async function readSubscriptionEvent(event: unknown): Promise<SubscribedLogEvent[]> {
  try {
    const { data } = eventSchema.parse(event).awslogs;
    const bytes = await promisify(gunzip)(Buffer.from(data, 'base64'), { maxOutputLength: BYTES_MAX });
    const { logEvents, messageType } = messageSchema.parse(JSON.parse(bytes.toString()));
    if (messageType === 'CONTROL_MESSAGE') return [];
    return logEvents.map(({ message, timestamp }) => ({ text: message, atMs: timestamp }));
  } catch (error) {
    throw new LoadstarError('option_invalid', `It is no event of a log subscription: ${(error as Error).message}`);
  }
}
