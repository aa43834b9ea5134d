import { describe, expect, it } from 'vitest';
import type { LoadstarError } from '../errors.ts';
import { makePlan } from '../plan/make-plan.ts';
import { planSchema } from '../plan/plan.ts';
import { readScenario } from '../scenario/read-scenario.ts';

const text = `
execution: [{concurrency: 1, scenario: shop}]
scenarios:
  shop:
    default-address: http://shop.example
    requests: [/, 'http://169.254.169.254/latest/', 'https://[fe80::1]/', 'http://0xa9.254.43518/x', 'http://other.example:81/']
`;
const { scenario } = readScenario({ sources: [{ name: 'a.yml', text }] });

function problems(targetAllowList: string[] | null): string[] {
  try {
    makePlan(scenario, { runId: 'run-1', targetAllowList });
  } catch (error) {
    expect(error).toMatchObject({ code: 'scenario_invalid' });
    return (error as LoadstarError).fields.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

describe('the targets of a scenario', () => {
  it('that never may be any are refused with their paths, however they are written', () => {
    const reason = 'cannot be a target: link-local and metadata addresses are no targets';
    expect(problems(null)).toEqual([
      `scenarios.shop.requests[1].url: 169.254.169.254 ${reason}`,
      `scenarios.shop.requests[2].url: [fe80::1] ${reason}`,
      `scenarios.shop.requests[3].url: 169.254.169.254 ${reason}`,
    ]);
  });

  it('must be on the allow-list when there is one', () => {
    const listed = problems(['shop.example']);
    expect(listed).toHaveLength(4);
    expect(listed[3]).toBe(
      'scenarios.shop.requests[4].url: other.example:81 cannot be a target: the allow-list of targets does not have it',
    );
    expect(problems(['other.example:81'])[0]).toContain('scenarios.shop.default-address: shop.example cannot be');
    expect(problems(['*.example'])).toHaveLength(3);
  });

  it('are told to the tasks by the plan', () => {
    const plain = {
      ...scenario,
      flows: { shop: { ...scenario.flows.shop!, steps: scenario.flows.shop!.steps.slice(0, 1) } },
    };
    expect(makePlan(plain, { runId: 'run-1' }).targets).toEqual({ allow: null });
    expect(makePlan(plain, { runId: 'run-1', targetAllowList: ['*.example'] }).targets).toEqual({
      allow: ['*.example'],
    });
    const { targets: _, ...older } = makePlan(plain, { runId: 'run-1' });
    expect(planSchema.parse(older).targets).toEqual({ allow: null });
  });
});
