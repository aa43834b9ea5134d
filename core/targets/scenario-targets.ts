/** The targets that a scenario names, checked before anything runs. */
import type { FieldProblem } from '../errors.ts';
import { pathText } from '../input/problems.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { walkSteps } from '../scenario/walk-steps.ts';
import type { TargetRules } from './target-rules.ts';

/**
 * A problem for each address that can never be a target, with its path in the scenario. An address that is known only while it runs is
 * checked there, as every one is again once its name was resolved.
 */
export function targetProblems(scenario: Pick<Scenario, 'flows'>, rules: TargetRules): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const check = (url: string, path: string) => {
    const reason = refuse(url, rules);
    if (reason !== null) problems.push({ path, message: `${new URL(url).host} cannot be a target: ${reason}` });
  };
  for (const [name, { defaultAddress, steps }] of Object.entries(scenario.flows)) {
    if (defaultAddress !== null) check(defaultAddress, pathText(['scenarios', name, 'default-address']));
    for (const { step, path } of walkSteps(steps)) {
      if (step.kind === 'request') check(step.url, pathText(['scenarios', name, 'requests', ...path, 'url']));
    }
  }
  return problems;
}

/** Null also for a url without a host, which goes to the default address. */
function refuse(url: string, rules: TargetRules): string | null {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return null;
  const { hostname, port, protocol } = new URL(url);
  return rules.refuseHost(hostname, port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));
}
