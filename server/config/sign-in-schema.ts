/** Settings of who may sign in, and of the mail to them. */
import { z } from 'zod';
import { emailSchema } from '../../core/api/identity.ts';
import { line, word } from './setting-types.ts';

const VALUES_MAX = 100;

/** Tokens can be made by whoever can change what comes from there. */
const issuerUrl = (what: string) =>
  word(what).refine(
    (text) => isTrustworthyUrl(text),
    `${what} such as https://login.example/tenant is expected: https, or this machine.`,
  );

function isTrustworthyUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname))
  );
}

const values = (role: string) =>
  z
    .array(word('A value of the claim'), 'A list of values is expected.')
    .max(VALUES_MAX)
    .default([role])
    .describe(`Values of the claim that make a user ${role}.`);

export const signInConfigSchema = z
  .strictObject(
    {
      issuer: issuerUrl('An issuer').describe('OpenID provider that users sign in at, instead of this control plane.'),
      audience: word('An audience').describe(
        'Who its access tokens must be for: their `aud`, or without one their `client_id`.',
      ),
      clientId: word('The id of a client').describe('Client of the console: public, with PKCE.'),
      cliClientId: word('The id of a client')
        .nullable()
        .default(null)
        .describe(
          'Client of the command line, with the redirect http://127.0.0.1/callback. Default: that of the console.',
        ),
      scope: line('A scope').default('openid profile email').describe('What the clients ask for.'),
      jwksUrl: issuerUrl('A URL')
        .nullable()
        .default(null)
        .describe('Where its keys lie. Default: where it says itself.'),
      rolesClaim: word('The name of a claim')
        .default('roles')
        .describe('Claim with the roles: a name such as `cognito:groups`, or a path such as `realm_access.roles`.'),
      roles: z
        .strictObject({ viewer: values('viewer'), editor: values('editor'), admin: values('admin') })
        .prefault({}),
    },
    'A mapping with issuer, audience and clientId is expected.',
  )
  .nullable()
  .default(null);

export const mailConfigSchema = z
  .strictObject(
    {
      smtpUrl: word('A URL')
        .refine(
          (text) => /^smtps?:\/\//.test(text) && (URL.parse(text)?.hostname ?? '') !== '',
          'A URL such as smtps://user:password@mail.example:465 is expected.',
        )
        .describe('Mail server, with user and password: `smtps://user:password@mail.example:465`.'),
      from: line('A sender').describe('Sender of mail: `Loadstar <loadstar@example.com>`.'),
    },
    'A mapping with smtpUrl and from is expected.',
  )
  .nullable()
  .default(null);

export const adminEmailSchema = emailSchema
  .nullable()
  .default(null)
  .describe('Address of the first administrator, for the invitation of the first start.');
