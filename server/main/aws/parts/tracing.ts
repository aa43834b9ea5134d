/** X-Ray: what is asked of AWS shows up in the trace of the invocation that asks it. Nothing of it happens outside of Lambda. */
import { Tracer } from '@aws-lambda-powertools/tracer';
import { once } from './once.ts';

const tracer = once(() => new Tracer({ serviceName: 'loadstar', captureHTTPsRequests: false }));

/** The same client, traced. */
export function traced<Client>(client: Client): Client {
  return tracer().captureAWSv3Client(client);
}
