/** What can be told of a script without running it: its load, its files, and what keeps it from running. */
import { limits } from '../../limits.ts';
import type { TaurusExecutor } from '../taurus-scenario.ts';
import { inspectJmx } from './inspect-jmx.ts';
import { inspectK6 } from './inspect-k6.ts';
import { inspectLocust } from './inspect-locust.ts';
import { factsOf, type ScriptFacts } from './script-facts.ts';

/**
 * Never throws for what is wrong with the script: that is among its facts. `known`: what JMeter's `__P` reads, what k6 has in `__ENV`.
 */
export function inspectScript(
  executor: TaurusExecutor,
  path: string,
  text: string,
  known: Readonly<Record<string, string>> = {},
): ScriptFacts {
  if (text.length > limits.scriptBytesMax) {
    const message = `is more than ${limits.scriptBytesMax} bytes, which a script may be`;
    return factsOf({ problems: [{ path, message }] });
  }
  if (executor === 'jmeter') return inspectJmx(path, text, known);
  return executor === 'k6' ? inspectK6(path, text, known) : inspectLocust(text);
}
