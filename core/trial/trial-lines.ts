/**
 * What the process that tries a scenario is told, and what it tells: lines of JSON on its standard input and output. It is told the order, the files
 * in pieces, and to begin; the end of its input means that nobody waits any more. It tells each step as soon as that is over, so that what a
 * process did that had to be ended is known.
 */
import { z } from 'zod';
import { type Trial, trialStepSchema } from '../api/trials.ts';
import { flowSchema } from '../scenario/scenario.ts';

/** What is tried. */
export const trialOrderSchema = z.strictObject({
  /** Each is walked once, in this order. */
  flows: z.array(flowSchema),
  /** As those of a plan. */
  targets: z.strictObject({ allow: z.array(z.string()).nullable() }),
  /** Values by name; nothing that is told shows them. */
  secrets: z.record(z.string(), z.string()),
});
export type TrialOrder = z.infer<typeof trialOrderSchema>;

export const trialInputSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('order'), order: trialOrderSchema }),
  /** Goes behind what came of the file before. */
  z.strictObject({ kind: z.literal('file'), path: z.string(), base64: z.string() }),
  z.strictObject({ kind: z.literal('begin') }),
]);
export type TrialInput = z.infer<typeof trialInputSchema>;

const trialOutputSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('flow'), flow: z.string() }),
  z.object({ kind: z.literal('step'), step: trialStepSchema }),
  z.object({ kind: z.literal('problem'), path: z.string(), message: z.string() }),
  z.object({ kind: z.literal('log'), level: z.enum(['info', 'warn', 'error']), message: z.string() }),
  /** Nothing follows. */
  z.object({ kind: z.literal('end') }),
]);
export type TrialOutput = z.infer<typeof trialOutputSchema>;

/** Puts together what the lines tell. */
export class TrialAssembly {
  /** The last line came. */
  isWhole = false;
  readonly trial: Trial = { flows: [], problems: [], log: [] };

  /** A line that is none is passed over. */
  take(line: string): void {
    const told = trialOutputSchema.safeParse(parseJson(line)).data;
    if (told === undefined || this.isWhole) return;
    const { flows, problems, log } = this.trial;
    if (told.kind === 'flow') flows.push({ flow: told.flow, steps: [] });
    else if (told.kind === 'step') flows.at(-1)?.steps.push(told.step);
    else if (told.kind === 'problem') problems.push({ path: told.path, message: told.message });
    else if (told.kind === 'log') log.push({ level: told.level, message: told.message });
    else this.isWhole = true;
  }
}

/** Undefined when it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
