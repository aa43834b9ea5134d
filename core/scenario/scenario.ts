/**
 * A scenario after it was read and checked: defaults filled in, units in the names, nothing left to guess. The Taurus file that
 * people write is turned into this by `read-scenario.ts`; everything behind the edge sees only these types.
 */
import { z } from 'zod';
import { criterionSchema } from '../criteria/criterion.ts';
import { limits } from '../limits.ts';

export const SCENARIO_FORMAT_VERSION = 1;

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;
export type Method = (typeof methods)[number];

/** What a response must hold, or must not (`not`), to count as a success. `subject` says where to look. */
export const assertionSchema = z.strictObject({
  kind: z.literal('contains'),
  contains: z.array(z.string()).min(1),
  subject: z.enum(['body', 'headers', 'http-code']),
  regexp: z.boolean(),
  not: z.boolean(),
  /** A response with an error status counts as a success when the assertion holds. */
  assumeSuccess: z.boolean(),
});
export type Assertion = z.infer<typeof assertionSchema>;

/** A request's body: a text (variables replaced), or a file of the scenario (path below `files/` of the run folder). */
export const bodySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  z.strictObject({ kind: z.literal('file'), path: z.string() }),
]);
export type Body = z.infer<typeof bodySchema>;

/** One request of a flow. `${name}` in label, url, headers, body and assertions stands for a variable. */
export const requestStepSchema = z.strictObject({
  kind: z.literal('request'),
  label: z.string().min(1),
  method: z.enum(methods),
  /** Absolute, or relative to the flow's `defaultAddress`. */
  url: z.string().min(1),
  /** In the order of the file; the flow's headers are already merged in (a request's own win, whatever their case). */
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: bodySchema.nullable(),
  /** Waited after the request's end. */
  thinkTimeSeconds: z.number().min(0),
  timeoutSeconds: z.number().positive(),
  followRedirects: z.boolean(),
  assertions: z.array(assertionSchema),
});
export type RequestStep = z.infer<typeof requestStepSchema>;

/** A step of a flow. More kinds (if, loop, transaction, ...) become members of this union. */
export const stepSchema = z.discriminatedUnion('kind', [requestStepSchema]);
export type Step = z.infer<typeof stepSchema>;

/** The steps that a virtual user walks: one entry of Taurus' `scenarios` map. */
export const flowSchema = z.strictObject({
  name: z.string(),
  defaultAddress: z.string().nullable(),
  variables: z.record(z.string(), z.string()),
  /** Keep the connection for the user's next request. */
  keepAlive: z.boolean(),
  steps: z.array(stepSchema).min(1).max(limits.requestsPerFlowMax),
});
export type Flow = z.infer<typeof flowSchema>;

/** How load changes over time. Totals over all tasks; `iterations` is per user. */
export const loadProfileSchema = z.discriminatedUnion('model', [
  z.strictObject({
    model: z.literal('closed'),
    concurrency: z.int().min(1).max(limits.usersMax),
    rampUpSeconds: z.number().min(0),
    /** Stairs of the ramp-up; null: a straight line. */
    steps: z.int().min(1).max(limits.stepsMax).nullable(),
    holdForSeconds: z.number().min(0),
    /** Null: no limit but the duration. */
    iterations: z.int().min(1).nullable(),
  }),
  z.strictObject({
    model: z.literal('open'),
    requestsPerSecond: z.number().positive().max(limits.requestsPerSecondMax),
    /** Bounds the users under way; null: as many as needed, up to `limits.openModelUsersPerTaskMax` a task. */
    concurrency: z.int().min(1).max(limits.usersMax).nullable(),
    rampUpSeconds: z.number().min(0),
    steps: z.int().min(1).max(limits.stepsMax).nullable(),
    holdForSeconds: z.number().min(0),
    iterations: z.int().min(1).nullable(),
  }),
]);
export type LoadProfile = z.infer<typeof loadProfileSchema>;

export const executionSchema = z.strictObject({
  engine: z.enum(['native']),
  /** Name of the flow that its users walk. */
  flow: z.string(),
  load: loadProfileSchema,
});
export type Execution = z.infer<typeof executionSchema>;

/** Where: how many tasks a region runs, and its share of the load relative to the other regions' shares. */
export const regionSchema = z.strictObject({
  tasks: z.int().min(1).max(limits.tasksMax),
  share: z.int().min(1).max(10_000),
});
export type Region = z.infer<typeof regionSchema>;

/** Region names become folder names and label values: lower case letters, digits and dashes. */
export const regionNameSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);

export const scenarioSchema = z.strictObject({
  version: z.literal(SCENARIO_FORMAT_VERSION),
  name: z.string().min(1).max(limits.nameLengthMax),
  tags: z.array(z.string()).max(limits.tagsMax),
  regions: z.record(regionNameSchema, regionSchema),
  /** Per cent of the tasks that must deliver, else the run has failed. */
  healthyThresholdPercent: z.number().min(0).max(100),
  /** Print windows while it runs. */
  live: z.boolean(),
  executions: z.array(executionSchema).min(1).max(limits.executionsMax),
  flows: z.record(z.string(), flowSchema),
  criteria: z.array(criterionSchema).max(limits.criteriaMax),
});
export type Scenario = z.infer<typeof scenarioSchema>;
