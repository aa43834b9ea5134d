/** Has the HTTP application answer what API Gateway hands over. */
import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { PROBLEM_CONTENT_TYPE, problemOf } from '../../../../core/api/problem.ts';
import type { Actor } from '../../../../core/api/system.ts';
import { requestOf, resultOf } from '../../../adapters/aws/api-gateway/proxy-events.ts';
import type { Api } from '../../../http/api.ts';
import type { Log } from '../../../ports/log.ts';

export interface AnswerOptions {
  /** Null when the authorizer names nobody: then the application is told of no actor, and refuses. */
  actorOf(authorizerContext: unknown): Actor | null;
  log: Log;
}

/** Never throws: what is wrong, also with making the application, is answered as a problem. */
export async function answerRequest(
  application: () => Promise<Api>,
  event: APIGatewayProxyEvent,
  { actorOf, log }: AnswerOptions,
): Promise<APIGatewayProxyResult> {
  try {
    const actor = actorOf(event.requestContext?.authorizer);
    const peer = { address: event.requestContext?.identity?.sourceIp ?? 'unknown', isSecure: true };
    const app = await application();
    const answer = await app.fetch(requestOf(event), { peer, ...(actor === null ? {} : { actor }) });
    return await resultOf(answer);
  } catch (error) {
    const requestId = randomUUID();
    const problem = problemOf(error, requestId);
    if (problem.status >= 500) log('error', 'a request failed', { requestId, error });
    const headers = { 'content-type': PROBLEM_CONTENT_TYPE, 'cache-control': 'no-store', 'request-id': requestId };
    return resultOf(new Response(JSON.stringify(problem), { status: problem.status, headers }));
  }
}
