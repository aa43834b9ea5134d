import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readScenario, type ScenarioRead } from '../core/scenario/read-scenario.ts';
import { requestsOf } from '../core/scenario/walk-steps.ts';

const folder = import.meta.dirname;
const examples = readdirSync(folder).filter((name) => /\.(yml|yaml|json)$/.test(name));

function read(name: string): ScenarioRead {
  return readScenario({ sources: [{ name, text: readFileSync(join(folder, name), 'utf8') }] });
}

describe('examples', () => {
  it('are there', () => {
    expect(examples).toEqual(['log-in.yml', 'orders.yml', 'quick-start.yml', 'steady-arrivals.yml']);
  });

  it.each(examples)('%s is read without a warning, and its files are there', (name) => {
    const { scenario, warnings, files } = read(name);
    expect(warnings).toEqual([]);
    for (const file of files) expect(readFileSync(join(folder, file)).length).toBeGreaterThan(0);
    expect(Object.values(scenario.flows).map((flow) => flow.defaultAddress)).toEqual(['http://127.0.0.1:8089']);
    expect(scenario.criteria.length).toBeGreaterThan(0);
  });

  it('show both models, and a file', () => {
    const scenarios = examples.map((name) => read(name).scenario);
    expect(new Set(scenarios.flatMap(({ executions }) => executions.map(({ load }) => load.model)))).toEqual(
      new Set(['closed', 'open']),
    );
    expect(read('orders.yml').files).toEqual(['bodies/order.json']);
  });

  it('log-in.yml takes rows, a token and a product along, and checks what comes back', () => {
    const { scenario, files } = read('log-in.yml');
    expect(files).toEqual(['data/customers.csv']);
    expect(scenario.executions[0]?.load).toMatchObject({ model: 'closed', concurrency: 20 });
    const flow = scenario.flows.customer;
    expect(flow?.dataSources).toMatchObject([{ path: 'data/customers.csv', quoted: true, variableNames: null }]);
    expect(flow?.steps.map(({ kind }) => kind)).toEqual(['request', 'transaction', 'if']);
    const requests = requestsOf(flow?.steps ?? []);
    expect(requests.flatMap(({ extractors }) => extractors.map(({ variable }) => variable))).toEqual([
      'token',
      'product',
    ]);
    expect(requests.flatMap(({ assertions }) => assertions.map(({ kind }) => kind))).toEqual([
      'jsonpath',
      'contains',
      'contains',
    ]);
  });

  it('quick-start.yml is the main job: three requests, two regions of two tasks, 20 s', () => {
    const { scenario } = read('quick-start.yml');
    expect(scenario).toMatchObject({
      name: 'Quick start',
      regions: { 'eu-central': { tasks: 2, share: 2 }, 'us-east': { tasks: 2, share: 2 } },
      executions: [
        {
          flow: 'quick-start',
          load: { model: 'closed', concurrency: 20, rampUpSeconds: 5, holdForSeconds: 15, iterations: null },
        },
      ],
    });
    const requests = requestsOf(scenario.flows['quick-start']?.steps ?? []);
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /',
      'GET /api/products',
      'POST /api/orders',
    ]);
    expect(requests[2]?.body).toEqual({
      kind: 'text',
      text: '{"product": "p-101", "amount": 2}',
    });
  });
});
