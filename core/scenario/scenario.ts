/**
 * A scenario after it was read and checked: defaults filled in, units in the names, nothing left to guess. The Taurus file that
 * people write is turned into this by `read-scenario.ts`; everything behind the edge sees only these types.
 */
import { z } from 'zod';
import { criterionSchema } from '../criteria/criterion.ts';
import { limits } from '../limits.ts';
import { taurusScenarioSchema } from '../taurus/taurus-scenario.ts';
import { httpSettingsDefault, tlsSettingsDefault } from './flow-defaults.ts';
import { stepSchema } from './steps.ts';
import { taskSizeSchema } from './task-size.ts';

export * from './flow-defaults.ts';
export * from './steps.ts';

export const SCENARIO_FORMAT_VERSION = 1;

/** A file of rows; each becomes variables of the iterations that take it. */
export const dataSourceSchema = z.strictObject({
  /** Below `files/` of the run folder. */
  path: z.string().min(1),
  /** Null: found out from the first line. */
  delimiter: z.string().min(1).nullable(),
  quoted: z.boolean(),
  /** Null: UTF-8. */
  encoding: z.string().nullable(),
  /** Begin again after the last row; else the user that finds no row ends. */
  loop: z.boolean(),
  randomOrder: z.boolean(),
  /** Null: the first line holds them. */
  variableNames: z.array(z.string().min(1)).min(1).nullable(),
  /** copy: every task walks all rows; split: each its part; unique: as split, and no row is taken twice in the run. */
  partition: z.enum(['copy', 'split', 'unique']),
});
export type DataSource = z.infer<typeof dataSourceSchema>;

/** What users do beside their requests, as a browser would. */
export const httpSettingsSchema = z.strictObject({
  storeCookies: z.boolean(),
  /** A fresh copy of a response is used instead of a request, which then counts no sample. */
  storeCache: z.boolean(),
  /** Cookies that every user begins with. (templates) */
  cookies: z.array(
    z.strictObject({
      name: z.string(),
      value: z.string(),
      domain: z.string(),
      path: z.string(),
      secure: z.boolean(),
    }),
  ),
  /** What HTML pages embed is requested too; null: not. `pattern`: which urls, all when null. */
  resources: z.strictObject({ pattern: z.string().nullable(), poolSize: z.int().min(1).max(100) }).nullable(),
  /** Resolve a name once for each user (true), or for each connection. */
  dnsCache: z.boolean(),
  /** (templates) For urls that begin with `url`; an empty one stands for all. */
  authorizations: z.array(
    z.strictObject({
      mechanism: z.enum(['basic', 'digest']),
      url: z.string(),
      realm: z.string(),
      name: z.string(),
      password: z.string(),
    }),
  ),
  /** Forget cookies, cache or authorization when a user begins an iteration. */
  clears: z.array(z.enum(['cookies', 'cache', 'authorizations'])),
});
export type HttpSettings = z.infer<typeof httpSettingsSchema>;

/** Who the other side of a TLS connection must be, and who we are. Paths of files lie below `files/` of the run folder. */
export const tlsSettingsSchema = z.strictObject({
  /** Refuse certificates that no known authority signed. */
  verify: z.boolean(),
  /** PEM file of authorities that are trusted beside the system's. */
  authorityFile: z.string().nullable(),
  /** The client's own: a PKCS#12 file, or PEM files of certificate and key. */
  client: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('pkcs12'), path: z.string(), password: z.string() }),
      z.strictObject({
        kind: z.literal('pem'),
        certificatePath: z.string(),
        keyPath: z.string(),
        password: z.string(),
      }),
    ])
    .nullable(),
});
export type TlsSettings = z.infer<typeof tlsSettingsSchema>;

/** The steps that a virtual user walks: one entry of Taurus' `scenarios` map. */
export const flowSchema = z.strictObject({
  name: z.string(),
  /** (template) */
  defaultAddress: z.string().nullable(),
  /** What a user's variables are at its beginning. (templates, filled in once, when a task begins; they read no other variables) */
  variables: z.record(z.string(), z.string()),
  /** What `__P` and `__property` read: the same for all users. */
  properties: z.record(z.string(), z.string()).default({}),
  /** What `__env` reads. */
  env: z.record(z.string(), z.string()).default({}),
  dataSources: z.array(dataSourceSchema).default([]),
  http: httpSettingsSchema.default(httpSettingsDefault),
  tls: tlsSettingsSchema.default(tlsSettingsDefault),
  steps: z.array(stepSchema).min(1).max(limits.requestsPerFlowMax),
});
export type Flow = z.infer<typeof flowSchema>;

/** The load goes from one target to the next in straight lines; the first begins at 0. Users, or starts per second. */
export const stagesSchema = z
  .array(z.strictObject({ durationSeconds: z.number().min(0), target: z.number().min(0) }))
  .min(1)
  .max(limits.stepsMax);
export type Stages = z.infer<typeof stagesSchema>;

/** How load changes over time. Totals over all tasks; `iterations` is per user. */
export const loadProfileSchema = z.discriminatedUnion('model', [
  z.strictObject({
    model: z.literal('closed'),
    concurrency: z.int().min(1).max(limits.usersMax),
    rampUpSeconds: z.number().min(0),
    /** Stairs of the ramp-up; null: a straight line. */
    steps: z.int().min(1).max(limits.stepsMax).nullable(),
    holdForSeconds: z.number().min(0),
    /** Instead of ramp-up and hold, which are 0 then; `concurrency` is the highest target. */
    stages: stagesSchema.nullable().default(null),
    /** Null: no limit but the duration. */
    iterations: z.int().min(1).nullable(),
  }),
  z.strictObject({
    model: z.literal('open'),
    /** What is started: a request each time (Taurus' `throughput`), or an iteration of the flow (`arrival-rate`). */
    starts: z.enum(['requests', 'iterations']).default('requests'),
    startsPerSecond: z.number().positive().max(limits.requestsPerSecondMax),
    /** Bounds the users under way; null: as many as needed, up to `limits.openModelUsersPerTaskMax` a task. */
    concurrency: z.int().min(1).max(limits.usersMax).nullable(),
    rampUpSeconds: z.number().min(0),
    steps: z.int().min(1).max(limits.stepsMax).nullable(),
    holdForSeconds: z.number().min(0),
    /** Instead of ramp-up and hold, which are 0 then; `startsPerSecond` is the highest target. */
    stages: stagesSchema.nullable().default(null),
    iterations: z.int().min(1).nullable(),
  }),
]);
export type LoadProfile = z.infer<typeof loadProfileSchema>;

export const executionSchema = z.strictObject({
  engine: z.enum(['native']),
  /** Name of the flow that its users walk. */
  flow: z.string(),
  load: loadProfileSchema,
  /** Begins this long after the run's go. */
  delaySeconds: z.number().min(0).default(0),
  /** Begins at this instant (ISO 8601, UTC), or at once when it has passed; null: with the run. `delaySeconds` counts from it. */
  startAt: z.iso.datetime().nullable().default(null),
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
  /** What it is for, in the words of its author. */
  description: z.string().max(limits.descriptionLengthMax).optional(),
  tags: z.array(z.string()).max(limits.tagsMax),
  regions: z.record(regionNameSchema, regionSchema),
  /** Per cent of the tasks that must deliver, else the run has failed. */
  healthyThresholdPercent: z.number().min(0).max(100),
  /** Print windows while it runs. */
  live: z.boolean(),
  /** Of the native engine; empty when `taurus` is there. */
  executions: z.array(executionSchema).max(limits.executionsMax),
  /** Executions that Taurus drives with other tools; null: all are the native engine's. */
  taurus: taurusScenarioSchema.nullable().default(null),
  flows: z.record(z.string(), flowSchema),
  criteria: z.array(criterionSchema).max(limits.criteriaMax),
  /** Worker threads that a task spreads its load over. */
  threads: z.int().min(1).max(limits.threadsMax).default(1),
  /** Of each task, where tasks have a size; missing: the region's own. */
  taskSize: taskSizeSchema.optional(),
  /** Run on spare capacity, which is cheaper and may be taken away, where there is such. */
  spot: z.boolean().optional(),
});
export type Scenario = z.infer<typeof scenarioSchema>;
