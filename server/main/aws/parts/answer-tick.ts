/** One turn of a run as the state machine asks for it, or the end of one that cannot be driven. */
import { sparingPaceMs } from '../../../../core/run/pace.ts';
import type { TickAnswer } from '../../../adapters/aws/layout/state-machine.ts';
import { failureText, readTickEvent, tickAnswer } from '../../../adapters/aws/step-functions/tick-events.ts';
import { giveUpRun } from '../../../verbs/give-up-run.ts';
import { type TickPorts, tickRun } from '../../../verbs/tick-run.ts';

/** Throws when a port fails: the state machine tries again. */
export async function answerTick(ports: TickPorts, event: unknown): Promise<TickAnswer | { runId: string }> {
  const input = readTickEvent(event);
  const { runId } = input;
  if ('giveUp' in input) {
    await giveUpRun(ports, { runId, reason: `It could not be driven any further: ${failureText(input)}` });
    return { runId };
  }
  try {
    // The tick before may have been another instance's: nothing of it is remembered here.
    const { phase, ...outcome } = await tickRun(ports, { runId, memories: null, paceMs: sparingPaceMs });
    return tickAnswer(input, outcome, phase);
  } catch (error) {
    ports.log('error', 'a tick failed', { runId, error });
    throw error;
  }
}
