/** Secrets in the API: written, replaced and deleted, never read. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { secretNameSchema } from '../secrets/secret-name-schema.ts';
import { instantSchema, pageOf } from './common.ts';
import { actorSchema } from './system.ts';

export const secretResourceSchema = z
  .object({ name: z.string(), updatedAt: instantSchema, updatedBy: actorSchema })
  .meta({ id: 'Secret', description: 'Its value cannot be read.' });
export type SecretResource = z.infer<typeof secretResourceSchema>;
export const secretPageSchema = pageOf(secretResourceSchema).meta({ id: 'SecretPage' });
export type SecretPage = z.infer<typeof secretPageSchema>;

export const secretParamsSchema = z.object({ name: secretNameSchema });

export const putSecretSchema = z
  .strictObject({
    value: z
      .string()
      .min(
        limits.secretLengthMin,
        `A secret has at least ${limits.secretLengthMin} characters: shorter ones would be found in every other text, and blotted out there.`,
      )
      .refine(
        (value) => new TextEncoder().encode(value).length <= limits.secretBytesMax,
        `A secret has at most ${limits.secretBytesMax} bytes.`,
      )
      .refine((value) => !value.includes('\0'), 'A secret has no NUL characters.')
      .meta({ maxLength: limits.secretBytesMax }),
  })
  .meta({ id: 'PutSecret' });
