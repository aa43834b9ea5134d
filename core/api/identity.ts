/** Users, their roles and tokens, in the API. */
import { z } from 'zod';
import { idSchema, instantSchema, pageOf, pageQuery } from './common.ts';

/** From the least to the most: each may do all that the ones before it may. */
export const roles = ['viewer', 'editor', 'admin'] as const;
export const roleSchema = z.enum(roles).meta({
  id: 'Role',
  description: '`viewer` reads, `editor` creates and runs, `admin` also keeps users and settings.',
});
export type Role = (typeof roles)[number];

export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 200;
const EMAIL_LENGTH_MAX = 254;
const NAME_LENGTH_MAX = 100;
export const TOKEN_DAYS_MAX = 366;
const TOKEN_DAYS_DEFAULT = 90;

/** As browsers take addresses. Whose one is, is found out by mail, not by its form. Kept in lower case. */
export const emailSchema = z
  .string()
  .max(EMAIL_LENGTH_MAX, `An email address has at most ${EMAIL_LENGTH_MAX} characters.`)
  .regex(/^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$/, 'An email address such as ada@example.com is expected.')
  .toLowerCase();

/** One line of text. */
export const personNameSchema = z
  .string()
  .min(1, 'A name is expected.')
  .max(NAME_LENGTH_MAX, `A name has at most ${NAME_LENGTH_MAX} characters.`)
  .regex(/^\P{Cc}+$/u, 'A name is one line of text.')
  .refine((name) => name.trim() !== '', 'A name is expected.');

export const userStatuses = ['invited', 'active', 'disabled'] as const;
export type UserStatus = (typeof userStatuses)[number];

export const userResourceSchema = z
  .object({
    id: idSchema,
    email: z.string(),
    name: z.string(),
    role: roleSchema,
    status: z.enum(userStatuses).meta({ description: '`invited` until a password is set.' }),
    createdAt: instantSchema,
    lastSignInAt: instantSchema.nullable(),
  })
  .meta({ id: 'User' });
export type UserResource = z.infer<typeof userResourceSchema>;
export const userPageSchema = pageOf(userResourceSchema).meta({ id: 'UserPage' });
export type UserPage = z.infer<typeof userPageSchema>;

export const userListQuerySchema = z.strictObject(pageQuery);

export const inviteUserSchema = z
  .strictObject({
    email: emailSchema,
    name: personNameSchema.optional().meta({ description: 'Default: what stands before the @.' }),
    role: roleSchema,
  })
  .meta({ id: 'InviteUser' });
export type InviteUser = z.infer<typeof inviteUserSchema>;

export const changeUserSchema = z
  .strictObject({
    name: personNameSchema.optional(),
    role: roleSchema.optional(),
    isDisabled: z.boolean().optional().meta({ description: 'Whoever is disabled is signed out at once.' }),
  })
  .refine((change) => Object.keys(change).length > 0, 'Something to change is expected.')
  .meta({ id: 'ChangeUser' });
export type ChangeUser = z.infer<typeof changeUserSchema>;

/** By which a user chooses a password, once. */
export const signInLinkSchema = z
  .object({
    url: z.string().meta({ description: 'Shown this once; whoever has it can set the password.' }),
    expiresAt: instantSchema,
    isMailed: z.boolean().meta({ description: 'It is on its way to the user; else hand it over.' }),
  })
  .meta({ id: 'SignInLink' });
export type SignInLinkResource = z.infer<typeof signInLinkSchema>;

const issuedLink = signInLinkSchema
  .nullable()
  .meta({ description: 'Null where whoever keeps the passwords writes to the user by itself.' });
export const issuedLinkSchema = z.object({ link: issuedLink }).meta({ id: 'IssuedLink' });
export type IssuedLink = z.infer<typeof issuedLinkSchema>;

export const invitedUserSchema = z.object({ user: userResourceSchema, link: issuedLink }).meta({ id: 'InvitedUser' });
export type InvitedUser = z.infer<typeof invitedUserSchema>;

export const changePasswordSchema = z
  .strictObject({
    currentPassword: z.string().min(1).max(PASSWORD_LENGTH_MAX),
    newPassword: z.string().min(1).max(PASSWORD_LENGTH_MAX),
  })
  .meta({ id: 'ChangePassword' });

export const tokenResourceSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    prefix: z.string().meta({ description: 'How it begins, to know it again.' }),
    role: roleSchema,
    owner: z.object({ id: z.string(), name: z.string() }),
    createdAt: instantSchema,
    expiresAt: instantSchema,
    lastUsedAt: instantSchema.nullable().meta({ description: 'To within a minute.' }),
  })
  .meta({ id: 'Token' });
export type TokenResource = z.infer<typeof tokenResourceSchema>;
export const tokenPageSchema = pageOf(tokenResourceSchema).meta({ id: 'TokenPage' });
export type TokenPage = z.infer<typeof tokenPageSchema>;

export const tokenListQuerySchema = z.strictObject({
  ...pageQuery,
  of: z.enum(['me', 'everybody']).default('me').meta({ description: '`everybody` is for administrators.' }),
});

export const createTokenSchema = z
  .strictObject({
    name: personNameSchema,
    role: roleSchema.optional().meta({ description: 'At most your own, which is the default.' }),
    expiresInDays: z.int().min(1).max(TOKEN_DAYS_MAX).default(TOKEN_DAYS_DEFAULT),
  })
  .meta({ id: 'CreateToken' });
export type CreateToken = z.infer<typeof createTokenSchema>;

export const createdTokenSchema = z
  .object({
    token: z.string().meta({ description: 'Shown this once: only its hash is kept.' }),
    ...tokenResourceSchema.shape,
  })
  .meta({ id: 'CreatedToken' });
export type CreatedToken = z.infer<typeof createdTokenSchema>;

export const meSchema = z
  .object({
    kind: z.enum(['user', 'local']).meta({ description: '`local`: whoever may read the data folder of the server.' }),
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    role: roleSchema,
    tokenId: idSchema.nullable().meta({ description: 'Of the API token that the request came with.' }),
    canChangePassword: z.boolean().meta({ description: 'The control plane keeps the password itself.' }),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof meSchema>;

/** Where an issuer sends the console's users back to. */
export const CONSOLE_REDIRECT_PATH = '/signed-in';

/** What the console and the command line need to know before anybody has signed in: `/config.json`. */
export const clientConfigSchema = z.object({
  version: z.string(),
  apiUrl: z.string(),
  /** Live data: MQTT over a WebSocket; null where there is none. */
  mqttUrl: z.string().nullable(),
  signIn: z.object({
    /** Of the OpenID provider: its description lies at `/.well-known/openid-configuration` of it. */
    issuer: z.string(),
    clientId: z.string(),
    /** Client of the command line. */
    cliClientId: z.string(),
    scope: z.string(),
    /** Path of this server that the provider sends browsers back to. */
    redirectPath: z.string(),
    /** What it may send the command line's users back to, of which one is used; empty: `http://127.0.0.1/callback` on any port (RFC 8252). */
    cliRedirectUris: z.array(z.string()).default([]),
    /** The provider is this server itself: it keeps users and passwords. */
    isEmbedded: z.boolean(),
    /** The provider is a user pool of Cognito, with managed login at this host; null when it is any other. */
    cognito: z.object({ userPoolId: z.string(), region: z.string(), host: z.string() }).nullable().default(null),
    /** Why nobody can sign in from where the request came from; null when all is well. */
    problem: z.string().nullable(),
  }),
});
export type ClientConfig = z.infer<typeof clientConfigSchema>;
