/** What the state machine calls the Lambda of ticks with, and what it wants to hear. */
import { z } from 'zod';
import { LoadstarError } from '../../../../core/errors.ts';
import type { Phase } from '../../../../core/run/run.ts';
import type { TickOutcome } from '../../../ports/driver.ts';
import type { ExecutionInput, GiveUpInput, TickAnswer } from '../layout/state-machine.ts';

/** Waits are no longer, whatever a tick says: tasks end their load when nobody renews their lease. */
const WAIT_SECONDS_MAX = 60;

const count = z.int().min(0);
/** Answers of ticks come back whole; what a tick does not need is left out. */
const tickSchema = z.object({ runId: z.string().min(1), ticks: count, continuation: count });
const giveUpSchema = z.object({
  runId: z.string().min(1),
  giveUp: z.object({ error: z.string(), cause: z.string() }),
});

/** Throws `request_invalid` for what the state machine does not send. */
export function readTickEvent(event: unknown): ExecutionInput | GiveUpInput {
  const giveUp = giveUpSchema.safeParse(event);
  if (giveUp.success) return giveUp.data;
  const tick = tickSchema.safeParse(event);
  if (tick.success) return tick.data;
  throw new LoadstarError('request_invalid', `This is no event of the state machine: ${z.prettifyError(tick.error)}`);
}

/** `phase`: that the run is in now; null when it is gone. */
export function tickAnswer(input: ExecutionInput, outcome: TickOutcome, phase: Phase | null): TickAnswer {
  return {
    runId: input.runId,
    ticks: input.ticks + 1,
    continuation: input.continuation,
    phase: phase ?? 'failed',
    final: outcome.final,
    waitSeconds: outcome.final ? 0 : waitSeconds(outcome.nextInMs),
  };
}

/** What is no time must not become a busy loop. */
function waitSeconds(nextInMs: number): number {
  if (Number.isNaN(nextInMs)) return WAIT_SECONDS_MAX;
  return Math.ceil(Math.min(Math.max(nextInMs, 0) / 1000, WAIT_SECONDS_MAX));
}

/** Why ticks failed, for people. A Lambda's cause is JSON with `errorMessage`, that of the service is text. */
export function failureText({ giveUp: { cause, error } }: GiveUpInput): string {
  const parsed = failureSchema.safeParse(parseJson(cause));
  const text = parsed.success ? parsed.data.errorMessage : cause;
  return text.trim() === '' ? error : text.slice(0, FAILURE_TEXT_MAX);
}

const FAILURE_TEXT_MAX = 500;
const failureSchema = z.object({ errorMessage: z.string() });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
