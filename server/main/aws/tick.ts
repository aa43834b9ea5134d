/** Lambda of the state machine that drives runs: one turn of a run, or the end of one that cannot be driven. */
import type { Context } from 'aws-lambda';
import { sparingPaceMs } from '../../../core/run/pace.ts';
import type { TickAnswer } from '../../adapters/aws/layout/state-machine.ts';
import { failureText, readTickEvent, tickAnswer } from '../../adapters/aws/step-functions/tick-events.ts';
import { giveUpRun } from '../../verbs/give-up-run.ts';
import { tickRun } from '../../verbs/tick-run.ts';
import { log, noteInvocation } from './parts/log.ts';
import { tickPorts } from './parts/tick-ports.ts';

/** Throws when a port fails: the state machine tries again. */
export async function handler(event: unknown, context: Context): Promise<TickAnswer | { runId: string }> {
  noteInvocation(context);
  const input = readTickEvent(event);
  const { runId } = input;
  const ports = await tickPorts();
  if ('giveUp' in input) {
    const reason = `It could not be driven any further: ${failureText(input)}`;
    await giveUpRun(ports, { runId, reason });
    return { runId };
  }
  try {
    // The tick before may have been another instance's: nothing of it is remembered here.
    const { phase, ...outcome } = await tickRun(ports, { runId, memories: null, paceMs: sparingPaceMs });
    return tickAnswer(input, outcome, phase);
  } catch (error) {
    log('error', 'a tick failed', { runId, error });
    throw error;
  }
}
