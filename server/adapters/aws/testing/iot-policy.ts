/** What a custom authorizer's answer permits, judged as IoT Core does. */
import { z } from 'zod';

const texts = z.union([z.string(), z.array(z.string())]).transform((one) => (Array.isArray(one) ? one : [one]));

const documentSchema = z.object({
  Version: z.literal('2012-10-17'),
  Statement: z
    .union([z.array(z.unknown()), z.unknown().transform((one) => [one])])
    .pipe(z.array(z.object({ Effect: z.enum(['Allow', 'Deny']), Action: texts, Resource: texts }))),
});

/** Its bounds are the documented ones. */
const answerSchema = z.object({
  isAuthenticated: z.literal(true),
  principalId: z.string().regex(/^[a-zA-Z0-9]{1,128}$/),
  disconnectAfterInSeconds: z.int().min(300).max(86_400),
  refreshAfterInSeconds: z.int().min(300).max(86_400),
  policyDocuments: z
    .array(
      z
        .union([
          z.string(),
          z
            .object({})
            .loose()
            .transform((document) => JSON.stringify(document)),
        ])
        .refine((text) => text.length <= 2_048, 'a policy document has at most 2,048 characters'),
    )
    .min(1)
    .max(10),
});

export type IotAction = 'Connect' | 'Subscribe' | 'Receive' | 'Publish';

/** May it do this with `client/...`, `topic/...` or `topicfilter/...`? */
export type IotPermission = (action: IotAction, resource: string) => boolean;

/** Null when the authorizer lets nobody in, or answers what IoT Core does not take. */
export function permissionOf(answer: unknown, arnPrefix: string): IotPermission | null {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) return null;
  const documents = parsed.data.policyDocuments.map((text) => documentSchema.safeParse(JSON.parse(text)));
  if (documents.some(({ success }) => !success)) return null;
  const statements = documents.flatMap(({ data }) => data?.Statement ?? []);
  return (action, resource) => {
    const concerned = statements.filter(
      ({ Action, Resource }) =>
        Action.some((pattern) => matches(pattern, `iot:${action}`)) &&
        Resource.some((pattern) => matches(pattern, `${arnPrefix}${resource}`)),
    );
    const effects = new Set(concerned.map(({ Effect }) => Effect));
    return effects.has('Allow') && !effects.has('Deny');
  };
}

/** `*` stands for any text, `?` for any character. */
function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}
