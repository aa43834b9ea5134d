/** How the API says that something is wrong: RFC 9457 problem details, made from the one table of errors. */
import { z } from 'zod';
import { type ErrorCode, errorTable, LoadstarError } from '../errors.ts';

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

export const problemSchema = z
  .object({
    type: z.string().meta({ description: '`urn:loadstar:error:<code>`' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: '`urn:loadstar:request:<id>`: names this occurrence in the log.' }),
    code: z.string().meta({ description: 'Stable: scripts may rely on it.' }),
    hint: z.string(),
    fields: z.array(z.object({ path: z.string(), message: z.string() })),
  })
  .meta({ id: 'Problem', description: 'What is wrong, where, and what to do (RFC 9457).' });
export type Problem = z.infer<typeof problemSchema>;

/**
 * The problem of an error. What went wrong inside (status 500 and above, and whatever is no `LoadstarError`) keeps its message to itself: it may
 * name files or other people's things. Whoever answers with it logs the error under the request's id.
 */
export function problemOf(error: unknown, requestId: string): Problem {
  const code = error instanceof LoadstarError ? error.code : 'internal';
  const { status, hint } = errorTable[code];
  const told = error instanceof LoadstarError && status < 500;
  return {
    type: `urn:loadstar:error:${code}`,
    title: titleOf(code),
    status,
    detail: told
      ? error.message
      : `Something went wrong inside; the server's log says what, under request ${requestId}.`,
    instance: `urn:loadstar:request:${requestId}`,
    code,
    hint,
    fields: told ? error.fields.map(({ path, message }) => ({ path, message })) : [],
  };
}

/** `run_state_conflict` as words: `Run state conflict`. */
function titleOf(code: ErrorCode): string {
  const words = code.replaceAll('_', ' ');
  return `${words[0]?.toUpperCase()}${words.slice(1)}`;
}
