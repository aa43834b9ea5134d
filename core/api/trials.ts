/** Trying a scenario: what one user met who walked each flow once, with every request and response. */
import { z } from 'zod';
import { idSchema } from './common.ts';
import { documentWithFilesQuerySchema } from './scenarios.ts';

export const trialBodySchema = z
  .object({
    /** As it was sent, compressed if it was. */
    sizeBytes: z.int().min(0),
    text: z.string().nullable().meta({ description: 'Decoded, or the beginning of it; null: it is no text.' }),
    isCut: z.boolean().meta({ description: 'There is more than `text` shows.' }),
    problem: z.string().nullable().meta({ description: 'Why there is no text; null when there is, and for bytes.' }),
  })
  .meta({ id: 'TrialBody' });
export type TrialBody = z.infer<typeof trialBodySchema>;

const durationMsSchema = z.number().min(0).nullable();

const timingsSchema = z
  .object({
    dnsMs: durationMsSchema,
    connectMs: durationMsSchema,
    tlsMs: durationMsSchema,
    /** From sending (or beginning to connect) to the first byte of the response. */
    firstByteMs: durationMsSchema,
    /** From there to its end. */
    transferMs: durationMsSchema,
  })
  .meta({ id: 'TrialTimings', description: 'Each is null when there was none.' });
export type TrialTimings = z.infer<typeof timingsSchema>;

export const trialExchangeSchema = z
  .object({
    method: z.string(),
    url: z.string(),
    status: z.int().nullable().meta({ description: 'Null when no response came.' }),
    durationMs: z.number().min(0),
    timings: timingsSchema,
    requestHead: z.string().nullable().meta({
      description: 'As it was sent, credentials of Authorization blotted out; null: nothing was sent.',
    }),
    requestBody: trialBodySchema.nullable(),
    responseHead: z.string().nullable(),
    responseBody: trialBodySchema.nullable(),
    failure: z.object({ type: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'TrialExchange', description: 'One request and what came back.' });
export type TrialExchange = z.infer<typeof trialExchangeSchema>;

/**
 * `redirect`, `challenge`, `broken`: what came before the request whose response counts, and led to it (a kept connection that was found closed,
 * a 401 that asked for credentials); `resource`: what the page embeds.
 */
export const trialSubStepKinds = ['redirect', 'challenge', 'broken', 'resource'] as const;
const trialSubStepSchema = trialExchangeSchema.extend({ kind: z.enum(trialSubStepKinds) }).meta({ id: 'TrialSubStep' });
export type TrialSubStep = z.infer<typeof trialSubStepSchema>;

const trialAssertionSchema = z
  .object({
    what: z.string(),
    passed: z.boolean(),
    message: z.string().nullable().meta({ description: 'Why it does not hold.' }),
  })
  .meta({ id: 'TrialAssertion' });
export type TrialAssertion = z.infer<typeof trialAssertionSchema>;

const trialVariableSchema = z
  .object({
    name: z.string(),
    value: z.string().nullable().meta({ description: 'Null: nothing was found, and it stays as it was.' }),
    isCut: z.boolean(),
  })
  .meta({ id: 'TrialVariable' });
export type TrialVariable = z.infer<typeof trialVariableSchema>;

export const trialStepSchema = trialExchangeSchema
  .extend({
    label: z.string(),
    /** A fresh copy was at hand: nothing was sent. */
    isFromCache: z.boolean(),
    assertions: z.array(trialAssertionSchema),
    variables: z.array(trialVariableSchema).meta({ description: 'What its extractors set.' }),
    subSteps: z.array(trialSubStepSchema),
  })
  .meta({
    id: 'TrialStep',
    description:
      'Times are those of the whole step; request and response are those that count, the last of a chain of redirects.',
  });
export type TrialStep = z.infer<typeof trialStepSchema>;

export const trialSchema = z
  .object({
    flows: z.array(z.object({ flow: z.string(), steps: z.array(trialStepSchema) })),
    problems: z.array(z.object({ path: z.string(), message: z.string() })).meta({
      description: 'Why something could not be tried, with its path in the scenario, or an empty one.',
    }),
    log: z.array(z.object({ level: z.enum(['info', 'warn', 'error']), message: z.string() })),
  })
  .meta({ id: 'Trial' });
export type Trial = z.infer<typeof trialSchema>;

export const trialQuerySchema = documentWithFilesQuerySchema;

/** In place of a document. */
export const storedTrialSchema = z.strictObject({ scenarioId: idSchema });

/** Something in it did not go well. */
export function hasTrialFailed({ flows, problems }: Trial): boolean {
  return problems.length > 0 || flows.some(({ steps }) => steps.some(({ failure }) => failure !== null));
}
