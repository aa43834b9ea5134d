/** The REST API. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { answerRequest } from './parts/answer-requests.ts';
import { application } from './parts/application.ts';
import { gatewayActor } from './parts/gateway-authentication.ts';
import { log, noteInvocation } from './parts/log.ts';

export const handler = (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
  noteInvocation(context);
  return answerRequest(application, event, { actorOf: (authorizer) => gatewayActor(authorizer, Date.now()), log });
};
