/** What people are shown of a step that was walked. */
import type { TrialAssertion, TrialExchange, TrialStep, TrialSubStep, TrialVariable } from '../../core/api/trials.ts';
import { limits } from '../../core/limits.ts';
import type { Mask } from '../../core/secrets/secret-mask.ts';
import type { CompiledRequest } from '../native/compile/compile-request-step.ts';
import type { Failure } from '../native/failure.ts';
import type { Http1Request } from '../native/protocols/http1/request.ts';
import type { Exchange } from '../native/protocols/protocol.ts';
import { beginning } from './shown-body.ts';
import { shownUrl } from './shown-head.ts';
import { type Attempt, rounded, timingsOf } from './watched-connection.ts';

export interface Walked {
  label: string;
  request: CompiledRequest;
  /** Null: it could not be made. */
  sent: Http1Request | null;
  /** In the order in which they began; the first one is the step's own, what comes of the same lane leads to its response. */
  attempts: readonly Attempt[];
  /** Null: it was given up. */
  exchange: Exchange | null;
  startedAtMs: number;
  failure: Failure | null;
  assertions: TrialAssertion[];
  variables: TrialVariable[];
  /** Hides what is secret. */
  mask: Mask;
}

const noTimings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, transferMs: null };

export function walkedStep(walked: Walked): TrialStep {
  const { attempts, exchange, failure, request, sent } = walked;
  const owner = attempts[0]?.owner;
  const own = attempts.filter((attempt) => attempt.owner === owner);
  const counting = own.at(-1)?.exchange ?? null;
  const isFromCache = exchange?.isFromCache === true;
  const subSteps: TrialSubStep[] = attempts.flatMap((attempt) => {
    const shown = attempt.exchange;
    if (shown === null || shown === counting) return [];
    return [{ ...withMethod(shown, request), kind: attempt.owner === owner ? kindOf(shown) : 'resource' }];
  });
  const nothing: TrialExchange = {
    method: request.method,
    url: shownUrl(walked.mask(exchange?.url || sent?.url || request.url)),
    status: null,
    durationMs: 0,
    timings: noTimings,
    requestHead: null,
    requestBody: null,
    responseHead: null,
    responseBody: null,
    failure: null,
  };
  return {
    ...(counting === null ? nothing : withMethod(counting, request)),
    durationMs: rounded((exchange?.endedAtMs ?? performance.now()) - walked.startedAtMs),
    timings: exchange === null || isFromCache ? (counting?.timings ?? noTimings) : timingsOf(exchange),
    failure: failure === null ? null : { type: failure.type, message: failure.message },
    label: beginning(walked.mask(walked.label), limits.labelLengthMax),
    isFromCache,
    assertions: walked.assertions,
    variables: walked.variables,
    subSteps,
  };
}

/** What was not sent has none of its own: a chain of redirects goes on as GET. */
function withMethod(exchange: TrialExchange, { method }: CompiledRequest): TrialExchange {
  return exchange.method === '' ? { ...exchange, method } : exchange;
}

/** Of what led to the response that counts. */
function kindOf({ failure, status }: TrialExchange): TrialSubStep['kind'] {
  if (failure !== null) return 'broken';
  return status === 401 ? 'challenge' : 'redirect';
}
