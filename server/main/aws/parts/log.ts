/** The control plane's log in a Lambda: JSON lines of Powertools, each with the invocation that it was written in. */
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { loggable } from '../../../adapters/json-line-log.ts';
import type { Log } from '../../../ports/log.ts';
import { once } from './once.ts';

const logger = once(() => new Logger({ serviceName: 'loadstar', jsonReplacerFn: loggable }));

export const log: Log = (level, message, fields = {}) => logger()[level](message, fields);

/** To be called first in each invocation: its id, its function and its trace stand in all lines from then on. */
export function noteInvocation(context: Context): void {
  logger().addContext(context);
}
