/** The OpenAPI document of the API: made of its routes, with what all of them have in common added. */
import { PROBLEM_CONTENT_TYPE, problemSchema } from '../../core/api/problem.ts';
import { type ErrorCode, errorTable } from '../../core/errors.ts';
import type { Api } from './api.ts';

type Document = ReturnType<Api['getOpenAPI31Document']>;
type PathItem = NonNullable<Document['paths']>[string];
type Operation = NonNullable<PathItem['get']>;

const operationsOf = (item: PathItem): Operation[] =>
  [item.get, item.put, item.post, item.patch, item.delete].filter((operation) => operation !== undefined);

/** `app`: with all its routes. */
export function openApiDocument(app: Api, version: string): Document {
  const { openAPIRegistry: registry } = app;
  const scheme = { type: 'http', scheme: 'bearer' } as const;
  registry.registerComponent('securitySchemes', 'token', {
    ...scheme,
    description: 'An access token of the issuer that /config.json names, or an API token.',
  });
  registry.registerComponent('securitySchemes', 'runToken', {
    ...scheme,
    description: 'The token of the tasks of one run.',
  });
  registry.register('Problem', problemSchema);
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Loadstar', version, description: 'Distributed load testing with one exact report.' },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
  });
  for (const item of Object.values(document.paths ?? {})) {
    for (const operation of operationsOf(item)) addProblems(operation);
  }
  repairPatterns(document);
  return document;
}

/** The flags of an expression, which the library leaves at its end: a slash inside of one is escaped. */
const FLAGS = /(?<!\\)\/[a-z]+$/;

/** An expression with a flag becomes one that nothing matches; JSON Schema takes all of them as if they had the flag `u`. */
function repairPatterns(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  for (const [key, value] of Object.entries(part)) {
    if (key === 'pattern' && typeof value === 'string') Object.assign(part, { pattern: value.replace(FLAGS, '') });
    else repairPatterns(value);
  }
}

/** Those that any request like it can meet; a route may describe its own ones. */
function addProblems(operation: Operation): void {
  const isOpen = operation.security?.length === 0;
  const hasParameters = (operation.parameters ?? []).length > 0;
  const hasBody = operation.requestBody !== undefined;
  const codes: ErrorCode[] = ['rate_limited'];
  if (!isOpen) codes.push('unauthenticated', 'forbidden');
  if (hasParameters || hasBody) codes.push('request_invalid');
  if (hasParameters) codes.push('not_found');
  if (hasBody) codes.push('body_too_large', 'media_type_unsupported', 'body_invalid');
  const problems = codes.map((code) => [errorTable[code].status, problemResponse(code.replaceAll('_', ' '))] as const);
  operation.responses = {
    ...Object.fromEntries(problems),
    ...operation.responses,
    default: problemResponse('Any other problem.'),
  };
}

function problemResponse(description: string) {
  return { description, content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } } };
}
