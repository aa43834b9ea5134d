/** The control plane itself, in the API: regions, audit, health, version. */
import { z } from 'zod';
import { idSchema, instantSchema, pageOf, pageQuery } from './common.ts';

export const regionResourceSchema = z
  .object({
    name: z.string(),
    tasksMax: z.int(),
    tasksRunning: z.int(),
    tasksFree: z.int(),
  })
  .meta({ id: 'Region' });

export const regionPageSchema = pageOf(regionResourceSchema).meta({ id: 'RegionPage' });
export type RegionPage = z.infer<typeof regionPageSchema>;

/** Who does something. Sign-in adds users; until then there is the administrator, and the system itself (schedules, pruning). */
export const actorSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('admin') }),
  z.object({ kind: z.literal('system') }),
]);
export type Actor = z.infer<typeof actorSchema>;

export const auditEntrySchema = z
  .object({
    id: idSchema,
    at: instantSchema,
    actor: actorSchema,
    action: z.string().meta({ description: '`scenario.create`, `run.start`, ...' }),
    target: z.string().meta({ description: 'Id of what it was done to.' }),
    detail: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });
export const auditPageSchema = pageOf(auditEntrySchema).meta({ id: 'AuditPage' });
export type AuditPage = z.infer<typeof auditPageSchema>;
export const auditQuerySchema = z.strictObject(pageQuery);

export const healthSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });
export const readinessSchema = z
  .object({ status: z.enum(['ready', 'not ready']), checks: z.record(z.string(), z.enum(['ok', 'failed'])) })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof readinessSchema>;
export const versionSchema = z
  .object({ name: z.literal('loadstar'), version: z.string(), node: z.string() })
  .meta({ id: 'Version' });
