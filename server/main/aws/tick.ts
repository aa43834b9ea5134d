/** Lambda of the state machine that drives runs. */
import type { Context } from 'aws-lambda';
import type { TickAnswer } from '../../adapters/aws/layout/state-machine.ts';
import { answerTick } from './parts/answer-tick.ts';
import { noteInvocation } from './parts/log.ts';
import { tickPorts } from './parts/tick-ports.ts';

export async function handler(event: unknown, context: Context): Promise<TickAnswer | { runId: string }> {
  noteInvocation(context);
  return answerTick(await tickPorts(), event);
}
