/** Scenarios in the API. The document that goes in is the Taurus file itself, as YAML or JSON; it is kept as it was written. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { loadCurveSchema } from '../plan/plan.ts';
import { phases } from '../run/run.ts';
import { regionNameSchema, scenarioSchema } from '../scenario/scenario.ts';
import { taurusPreviewSchema, taurusTaskPreviewSchema } from '../taurus/taurus-plan.ts';
import { filePathSchema, idSchema, instantSchema, pageOf, pageQuery } from './common.ts';
import { runCostSchema } from './cost.ts';
import { actorSchema } from './system.ts';

export type ScenarioFormat = 'yaml' | 'json';

export const scenarioFileSchema = z
  .object({
    path: filePathSchema,
    sizeBytes: z.int().min(0),
    sha256: z.string().meta({ description: 'Of its content, hex.' }),
    modifiedAt: instantSchema,
  })
  .meta({ id: 'ScenarioFile' });

export type ScenarioFile = z.infer<typeof scenarioFileSchema>;
export const scenarioFilePageSchema = pageOf(scenarioFileSchema).meta({ id: 'ScenarioFilePage' });

/** SHA-256, hex: names what a file held. */
export const contentHashSchema = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits are expected.');

export const fileVersionSchema = z
  .object({
    sha256: z.string(),
    sizeBytes: z.int().min(0),
    storedAt: instantSchema,
    storedBy: actorSchema,
    /** It is what the file holds now. */
    isCurrent: z.boolean(),
  })
  .meta({ id: 'FileVersion' });
export type FileVersionResource = z.infer<typeof fileVersionSchema>;
export const fileVersionPageSchema = pageOf(fileVersionSchema).meta({ id: 'FileVersionPage' });

export const restoreFileSchema = z.strictObject({ sha256: contentHashSchema }).meta({ id: 'RestoreFile' });

const lastRunSchema = z.object({
  id: idSchema,
  phase: z.enum(phases),
  verdict: z.enum(['passed', 'failed', 'invalid', 'none']).nullable(),
  createdAt: instantSchema,
  endedAt: instantSchema.nullable(),
});

export const scenarioItemSchema = z
  .object({
    id: idSchema,
    version: z.int().min(1),
    name: z.string(),
    tags: z.array(z.string()),
    createdAt: instantSchema,
    updatedAt: instantSchema,
    lastRun: lastRunSchema.nullable(),
    trend: z.array(z.object({ runId: idSchema, verdict: lastRunSchema.shape.verdict, p95Ms: z.number() })).meta({
      description: 'Of its last ten runs those that measured something, the newest last; p95 of response times.',
    }),
  })
  .meta({ id: 'ScenarioItem', description: 'A scenario as lists show it.' });

export type ScenarioItem = z.infer<typeof scenarioItemSchema>;

export const scenarioResourceSchema = scenarioItemSchema
  .extend({
    createdBy: actorSchema,
    /** As it was written. */
    text: z.string(),
    format: z.enum(['yaml', 'json']),
    /** As it was understood: defaults filled in. */
    scenario: scenarioSchema,
    warnings: z.array(z.string()),
    files: z.array(scenarioFileSchema),
    deletedFiles: z.array(z.string()).meta({ description: 'Files of which only earlier versions are left.' }),
    /** Files that it names and that were not uploaded yet: it cannot start without them. */
    missingFiles: z.array(z.string()),
  })
  .meta({ id: 'Scenario' });
export type ScenarioResource = z.infer<typeof scenarioResourceSchema>;

export const scenarioListQuerySchema = z.strictObject({
  ...pageQuery,
  /** Part of the name, whatever its case. */
  search: z.string().max(200).optional(),
  /** All of them must be there. */
  tag: z.union([z.string(), z.array(z.string()).max(20)]).optional(),
  sort: z.enum(['name', '-name', 'createdAt', '-createdAt', 'updatedAt', '-updatedAt']).default('-updatedAt'),
});

/** As `loadstar.name` may be. */
export const scenarioNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(limits.nameLengthMax)
  .regex(/^\P{Cc}*$/u, 'A name has no control characters.');

/** Given with a document. */
export const scenarioDocumentQuerySchema = z.strictObject({
  /** What it is called when it does not say itself. */
  name: scenarioNameSchema.optional(),
});

export const copyScenarioSchema = z.strictObject({ name: scenarioNameSchema.optional() }).meta({
  id: 'CopyScenario',
  description: 'The name of the copy; without one it is made of the name of the original.',
});

/** What a start may say: other regions or numbers of tasks than those of the scenario. */
export const startRunSchema = z
  .strictObject({
    tasks: z.int().min(1).max(limits.tasksMax).optional().meta({ description: 'Tasks of every region.' }),
    regions: z
      .array(regionNameSchema)
      .min(1)
      .max(limits.regionsMax)
      .optional()
      .meta({ description: 'Only these regions; ones that the scenario does not name get one task.' }),
  })
  .meta({ id: 'StartRun' });
export type StartRun = z.infer<typeof startRunSchema>;

export const scenarioPageSchema = pageOf(scenarioItemSchema).meta({ id: 'ScenarioPage' });

/** What an execution runs, or would run. */
export const plannedLoadSchema = z.object({
  flow: z.string(),
  model: z.enum(['closed', 'open']),
  /** Of `unit`, over the seconds from the execution's beginning. */
  curve: loadCurveSchema,
  unit: z.enum(['users', 'requests/s', 'iterations/s']),
  /** From the run's beginning, or from `startAt`, to the execution's. */
  delaySeconds: z.number(),
  startAt: instantSchema.nullable(),
  /** From its beginning; null: when all users have done their iterations. */
  endSeconds: z.number().nullable(),
  usersMax: z.int(),
  iterationsPerUser: z.int().nullable(),
  /** Null in the closed model. */
  plannedStarts: z.number().nullable(),
});

/** What would run: drawn from the plan, before anything runs. */
export const planPreviewSchema = z
  .object({
    durationSeconds: z.number().nullable(),
    usersMax: z.int(),
    executions: z.array(plannedLoadSchema),
    /** Per task: the largest number of users, and the planned starts of its open executions. */
    tasks: z.array(
      z.object({ region: z.string(), task: z.int(), usersMax: z.int(), plannedStarts: z.number().nullable() }),
    ),
    taurus: taurusPreviewSchema
      .extend({ tasks: z.array(taurusTaskPreviewSchema) })
      .nullable()
      .meta({
        description:
          'Of a scenario that Taurus runs, which has no other executions; users that are not known are 0 above.',
      }),
    cost: runCostSchema.nullable().meta({
      description: 'Null where tasks cost nothing, or where that is not known, as when only iterations end the load.',
    }),
  })
  .meta({ id: 'PlanPreview' });

export type PlanPreview = z.infer<typeof planPreviewSchema>;

export const validationSchema = z
  .object({
    valid: z.boolean(),
    problems: z.array(z.object({ path: z.string(), message: z.string() })),
    warnings: z.array(z.string()),
    /** Files that it names. */
    files: z.array(z.string()),
    scenario: scenarioSchema.nullable(),
  })
  .meta({ id: 'Validation' });

export type Validation = z.infer<typeof validationSchema>;

/** As `scenarioDocumentQuerySchema`, where scripts of the document may be looked at. */
export const documentWithFilesQuerySchema = scenarioDocumentQuerySchema.extend({
  scenarioId: idSchema.optional().meta({ description: 'The stored scenario whose files the document names.' }),
});

export const uploadUrlRequestSchema = z
  .strictObject({ sizeBytes: z.int().min(0).max(limits.scenarioFileBytesMax) })
  .meta({ id: 'UploadUrlRequest', description: 'How large the file is, exactly.' });

export const uploadUrlSchema = z
  .object({
    url: z.string(),
    method: z.literal('PUT'),
    headers: z.record(z.string(), z.string()),
    expiresAt: instantSchema,
    completeUrl: z.string().nullable().meta({
      description: 'Where to POST, without a body or a token, when it was put. Null: nothing more is to be done.',
    }),
  })
  .meta({ id: 'UploadUrl' });
export type UploadUrl = z.infer<typeof uploadUrlSchema>;
