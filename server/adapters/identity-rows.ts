/** The rows of users, their links and tokens, and of the OpenID provider, as schemas. */
import { z } from 'zod';
import { roleSchema, userStatuses } from '../../core/api/identity.ts';
import type { ApiToken } from '../ports/api-tokens.ts';
import type { IdentityRecord } from '../ports/identity-records.ts';
import type { SignInLink, User } from '../ports/users.ts';

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const userSchema: z.ZodType<User> = z.strictObject({
  id: z.string().min(1),
  version: z.int().min(1),
  email: z.string().min(3).lowercase(),
  name: z.string().min(1),
  role: roleSchema,
  status: z.enum(userStatuses),
  passwordHash: z.string().min(1).nullable(),
  tokensValidFromMs: z.number(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  lastSignInAtMs: z.number().nullable(),
});

export const signInLinkRowSchema: z.ZodType<SignInLink> = z.strictObject({
  hash: hashSchema,
  userId: z.string().min(1),
  purpose: z.enum(['invite', 'reset']),
  expiresAtMs: z.number(),
});

export const apiTokenSchema: z.ZodType<ApiToken> = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  ownerId: z.string().min(1),
  ownerName: z.string(),
  role: roleSchema,
  hash: hashSchema,
  prefix: z.string(),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
  lastUsedAtMs: z.number().nullable(),
});

export const identityRecordSchema: z.ZodType<IdentityRecord> = z.strictObject({
  kind: z.string().min(1),
  id: z.string().min(1),
  payload: z.record(z.string(), z.unknown()),
  uid: z.string().nullable(),
  userCode: z.string().nullable(),
  grantId: z.string().nullable(),
  accountId: z.string().nullable(),
  consumedAtMs: z.number().nullable(),
  expiresAtMs: z.number().nullable(),
});
