/** Was it a success? */
import type { TemplateScope } from '../../core/language/template.ts';
import { type Failure, statusFailure } from './failure.ts';
import type { CompiledAssertion } from './language/compile-assertion.ts';
import type { Exchange } from './protocols/protocol.ts';

/**
 * Why the sample is a failure; null when it is a success: a whole response came, all assertions hold, and its code is 200 to 399 unless an
 * assertion assumes success whatever the code.
 */
export function judge(
  exchange: Exchange,
  assertions: readonly CompiledAssertion[],
  scope: TemplateScope,
): Failure | null {
  if (exchange.failure !== null) return exchange.failure;
  const { code } = exchange;
  const isError = code < 200 || code > 399;
  if (assertions.length === 0) return isError ? statusFailure(code) : null;
  let assumesSuccess = false;
  let unmet: Failure | null = null;
  for (const assertion of assertions) {
    if (assertion.assumesSuccess) assumesSuccess = true;
    unmet ??= assertion.check(exchange, scope);
  }
  return isError && !assumesSuccess ? statusFailure(code) : unmet;
}
