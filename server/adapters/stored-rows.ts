/** The rows that stores keep, as schemas: what an adapter wrote is checked when it is read back, and before it is written. */
import { z } from 'zod';
import { actorSchema } from '../../core/api/system.ts';
import { LoadstarError } from '../../core/errors.ts';
import type { TaurusGroup } from '../../core/report/taurus-xml.ts';
import { doneSchema } from '../../core/run-folder/run-folder.ts';
import { regionNameSchema, scenarioSchema } from '../../core/scenario/scenario.ts';
import type { AuditEvent } from '../ports/audit.ts';
import type { IdempotencyRecord } from '../ports/idempotency.ts';
import type { StoredScenario, TaskResult } from '../ports/stores.ts';

export const storedScenarioSchema: z.ZodType<StoredScenario> = z.strictObject({
  id: z.string().min(1),
  version: z.int().min(1),
  text: z.string(),
  format: z.enum(['yaml', 'json']),
  scenario: scenarioSchema,
  warnings: z.array(z.string()),
  files: z.array(z.string()),
  createdBy: actorSchema,
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});

const taurusGroupSchema: z.ZodType<TaurusGroup> = z.strictObject({
  label: z.string(),
  samples: z.number(),
  concurrency: z.number(),
  successes: z.number(),
  failures: z.number(),
  averageResponseTimeSeconds: z.number(),
  stdevResponseTimeSeconds: z.number(),
  averageLatencySeconds: z.number(),
  averageConnectSeconds: z.number(),
  bytes: z.number(),
  codes: z.record(z.string(), z.number()),
  percentilesSeconds: z.record(z.string(), z.number()),
});

export const taskResultSchema: z.ZodType<TaskResult> = z.strictObject({
  region: regionNameSchema,
  task: z.int().min(0),
  done: doneSchema,
  total: taurusGroupSchema,
  labels: z.array(taurusGroupSchema),
  landedAtMs: z.number(),
});

export const idempotencyRecordSchema: z.ZodType<IdempotencyRecord> = z.strictObject({
  key: z.string().min(1),
  requestHash: z.string(),
  runId: z.string().min(1),
  isDone: z.boolean(),
  claimedAtMs: z.number(),
  expiresAtMs: z.number(),
});

export const auditEventSchema: z.ZodType<AuditEvent> = z.strictObject({
  atMs: z.number(),
  actor: actorSchema,
  action: z.string().min(1),
  target: z.string(),
  detail: z.string().nullable(),
});

/** A row as it will be stored. What could not be read back is a defect of whoever made it: `internal`, and nothing is written. */
export function checkRowToWrite<Row>(schema: z.ZodType<Row>, row: Row, what: string): Row {
  const { success, data, error } = schema.safeParse(row);
  if (success) return data;
  throw new LoadstarError('internal', `${what} must not be stored: ${firstProblem(error)}`, { cause: error });
}

/** In words: where the first problem is, and what it is. */
export function firstProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return error.message;
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}
