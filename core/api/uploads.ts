/** Scripts and archives that scenarios are made of, in the API: first they are put where an upload URL leads, then a scenario is made of them. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { filePathSchema, idSchema } from './common.ts';
import { scenarioNameSchema, uploadUrlSchema } from './scenarios.ts';

export const makeUploadSchema = z
  .strictObject({ sizeBytes: z.int().min(0).max(limits.uploadBytesMax) })
  .meta({ id: 'MakeUpload', description: 'How large the file is, exactly.' });

export const uploadSchema = uploadUrlSchema
  .extend({ id: idSchema.meta({ description: 'Names it when it is used; it is kept for a day.' }) })
  .meta({ id: 'Upload' });
export type UploadResource = z.infer<typeof uploadSchema>;

const usedUpload = {
  uploadId: idSchema,
  fileName: z
    .string()
    .min(1)
    .max(512)
    .meta({ description: 'As it was called: a .jmx, .js, .ts, .py, .yml, or a .zip of them with all that they need.' }),
  main: filePathSchema
    .optional()
    .meta({ description: 'Path of the script to run, when several files of an archive could be it.' }),
};

const scriptLoadSchema = z
  .strictObject({
    concurrency: z.int().min(1).max(limits.usersMax).optional(),
    throughput: z.number().positive().max(limits.requestsPerSecondMax).optional(),
    rampUp: z.string().max(50).optional(),
    holdFor: z.string().max(50).optional(),
    iterations: z.int().min(1).optional(),
  })
  .meta({ description: 'In place of the load that the script describes itself. Times as in a scenario: `1m30s`.' });

export const createFromUploadSchema = z
  .strictObject({
    ...usedUpload,
    name: scenarioNameSchema
      .optional()
      .meta({ description: 'Default: what the script, or the Taurus file, is called.' }),
    load: scriptLoadSchema.optional(),
  })
  .meta({ id: 'CreateFromUpload' });
export type CreateFromUpload = z.infer<typeof createFromUploadSchema>;

export const replaceScriptSchema = z.strictObject(usedUpload).meta({ id: 'ReplaceScript' });
export type ReplaceScript = z.infer<typeof replaceScriptSchema>;
