/** The control plane itself, in the API: regions, audit, health, version. */
import { z } from 'zod';
import { idSchema, instantSchema, pageOf, pageQuery } from './common.ts';
import { type Role, roleSchema, roles } from './identity.ts';

const vcpuPoolSchema = z.object({
  max: z.number().nullable().meta({ description: 'What the account may have; null: no such limit.' }),
  running: z.number(),
});

export const regionResourceSchema = z
  .object({
    name: z.string(),
    tasksMax: z.int(),
    tasksRunning: z.int(),
    tasksFree: z.int(),
    vcpu: z
      .object({
        perTask: z.number().meta({ description: 'Of a task whose scenario says no size.' }),
        onDemand: vcpuPoolSchema,
        spot: vcpuPoolSchema,
      })
      .nullable()
      .meta({ description: 'vCPUs bound the tasks too, where these have a size; null: they have none.' }),
    problem: z.string().nullable().meta({
      description: 'Why it could not be asked what runs there: `tasksRunning` and `tasksFree` say nothing then.',
    }),
  })
  .meta({ id: 'Region' });

export const regionPageSchema = pageOf(regionResourceSchema).meta({ id: 'RegionPage' });
export type RegionPage = z.infer<typeof regionPageSchema>;

/**
 * Who does something: a user, with the role that the request has (`tokenId`: of the API token it came with); whoever may read the data folder on the
 * control plane's own machine; the system itself (schedules, pruning).
 */
export const actorSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('user'),
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    tokenId: z.string().nullable(),
  }),
  z.object({ kind: z.literal('local') }),
  z.object({ kind: z.literal('system') }),
]);
export type Actor = z.infer<typeof actorSchema>;

/** What an actor may do. */
export function roleOf(actor: Actor): Role {
  return actor.kind === 'user' ? actor.role : 'admin';
}

/** Whether an actor may do what needs this role. */
export function hasRole(actor: Actor, role: Role): boolean {
  return roles.indexOf(roleOf(actor)) >= roles.indexOf(role);
}

/** The same text for the same one, whatever their role and name are now. */
export function actorKey(actor: Actor): string {
  return actor.kind === 'user' ? `user ${actor.id}` : actor.kind;
}

export const auditEntrySchema = z
  .object({
    id: idSchema,
    at: instantSchema,
    actor: actorSchema,
    action: z.string().meta({ description: '`scenario.create`, `run.start`, ...' }),
    target: z.string().meta({ description: 'Id of what it was done to.' }),
    targetName: z
      .string()
      .nullable()
      .meta({ description: 'What that is called now; null when it is gone, or has no name.' }),
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
