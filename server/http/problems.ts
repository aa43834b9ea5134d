/** Every error becomes a problem document here, whatever threw it. */
import type { Hook } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import type { RouterRoute } from 'hono/types';
import type { z } from 'zod';
import { PROBLEM_CONTENT_TYPE, problemOf } from '../../core/api/problem.ts';
import { type ErrorCode, type FieldProblem, LoadstarError } from '../../core/errors.ts';
import { pathText } from '../../core/input/problems.ts';
import type { Log } from '../ports/log.ts';
import type { Api, ApiContext, ApiEnvironment, ApiMiddleware } from './api.ts';
import { HttpError } from './http-error.ts';

const FIELDS_MAX = 100;
const methods = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'];

/** Answers with the problem of whatever was thrown; what is the server's fault is logged under the request's id. */
export function answerProblem(c: ApiContext, thrown: unknown, log: Log): Response {
  const error = fromFramework(thrown);
  const requestId = c.get('requestId');
  const problem = problemOf(error, requestId);
  if (problem.status >= 500) log('error', 'a request failed', { requestId, code: problem.code, error: textOf(error) });
  const headers = error instanceof HttpError ? error.headers : {};
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...headers, 'content-type': PROBLEM_CONTENT_TYPE },
  });
}

/** The framework knows what to do with errors only, not with whatever else can be thrown. Innermost, so that all else sees errors. */
export function throwErrorsOnly(): ApiMiddleware {
  return async (_c, next) => {
    try {
      await next();
    } catch (thrown) {
      throw thrown instanceof Error ? thrown : new Error(`${String(thrown)} was thrown`);
    }
  };
}

/** The framework throws its own errors for bodies that it cannot read. */
function fromFramework(thrown: unknown): unknown {
  if (!(thrown instanceof HTTPException)) return thrown;
  if (thrown.status === 415) {
    return new LoadstarError('media_type_unsupported', 'The body has a media type that is not understood here.');
  }
  if (thrown.status < 500) return new LoadstarError('request_invalid', `The body cannot be read: ${thrown.message}.`);
  return thrown;
}

/** For the log: with where it happened, and what caused it. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${textOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

const targets: Record<string, string> = { query: 'query', param: 'path', header: 'header', cookie: 'cookie' };

/** For `OpenAPIHono`: a request that does not fit its schema is refused with every field that is wrong. */
export const refuseInvalid: Hook<unknown, ApiEnvironment, string, undefined> = (result) => {
  if (result.success) return undefined;
  const where = targets[result.target];
  const fields = result.error.issues.flatMap((issue) => fieldsOf(issue, where === undefined ? [] : [where]));
  const [first] = fields;
  const code: ErrorCode = where === undefined ? 'body_invalid' : 'request_invalid';
  const what = where === undefined ? 'The body' : 'The request';
  const at = first === undefined || first.path === '' ? '' : `${first.path}: `;
  const others = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  throw new LoadstarError(code, `${what} is not valid: ${at}${first?.message ?? 'unknown'}${others}`, {
    fields: fields.slice(0, FIELDS_MAX),
  });
};

function fieldsOf(issue: z.core.$ZodIssue, where: readonly string[]): FieldProblem[] {
  const path = [...where, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (issue.code !== 'unrecognized_keys') return [{ path: pathText(path), message: issue.message }];
  return issue.keys.map((key) => ({ path: pathText([...path, key]), message: 'is not known here' }));
}

/** Nothing lies at the path, or nothing that has this method. */
export function refuseUnrouted(app: Api, c: ApiContext): never {
  const allowed = methods.filter((method) => {
    const [handlers] = app.router.match(method, c.req.path);
    return handlers.some(([[, route]]) => (route as RouterRoute).method !== 'ALL');
  });
  if (allowed.length === 0) throw new LoadstarError('not_found', `There is nothing at ${c.req.path}.`);
  if (allowed.includes('GET')) allowed.push('HEAD');
  throw new HttpError('method_not_allowed', `${c.req.path} has no ${c.req.method}.`, {
    headers: { allow: allowed.join(', ') },
  });
}
