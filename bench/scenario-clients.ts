/**
 * The clients that walk a scenario of three steps: log in, list with the token, order what a row of a data file says; the same in Taurus' language and
 * as a k6 script, with the same checks.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePlan } from '../core/plan/make-plan.ts';
import { readScenario } from '../core/scenario/read-scenario.ts';
import { toolNamed } from '../tools/tools.ts';
import { planCommand } from './engine-command.ts';
import type { EngineRunResult } from './engine-run.ts';
import type { BenchClient } from './http1-clients.ts';

const ROWS = 1_000;

function writeRows(folder: string): void {
  const rows = Array.from({ length: ROWS }, (_, row) => `user${row},secret${row},item-${row % 97},${1 + (row % 5)}`);
  writeFileSync(join(folder, 'orders.csv'), `name,password,item,amount\n${rows.join('\n')}\n`);
}

const taurus = (address: string, load: string): string => `
execution:
- ${load}
  scenario: shop
scenarios:
  shop:
    default-address: ${address}
    data-sources: [orders.csv]
    headers: {Content-Type: application/json}
    requests:
    - url: /login
      method: POST
      body: '{"name": "\${name}", "password": "\${password}"}'
      extract-jsonpath: {token: $.session.token}
      assert: ['"token"']
    - label: items
      url: /items?of=\${name}
      headers: {Authorization: 'Bearer \${token}'}
      assert: ['"items"']
    - url: /orders
      method: POST
      headers: {Authorization: 'Bearer \${token}'}
      body: '{"item": "\${item}", "amount": \${amount}}'
      assert: [{subject: http-code, contains: ['201']}]
`;

const script = (address: string): string => `
import http from 'k6/http';
import { check } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';

const rows = new SharedArray('orders', () => open('./orders.csv').trim().split('\\n').slice(1).map((line) => {
  const [name, password, item, amount] = line.split(',');
  return { name, password, item, amount };
}));

export default () => {
  const row = rows[exec.scenario.iterationInTest % rows.length];
  const json = { 'Content-Type': 'application/json' };
  const login = http.post('${address}/login', JSON.stringify({ name: row.name, password: row.password }), { headers: json });
  check(login, { 'there is a token': (response) => response.body.includes('"token"') });
  const headers = { ...json, Authorization: 'Bearer ' + login.json('session.token') };
  const items = http.get('${address}/items?of=' + row.name, { headers, tags: { name: 'items' } });
  check(items, { 'there are items': (response) => response.body.includes('"items"') });
  const order = http.post('${address}/orders', '{"item": "' + row.item + '", "amount": ' + row.amount + '}', { headers });
  check(order, { 'it is ordered': (response) => response.status === 201 });
};
`;

const loadstar: BenchClient = {
  name: 'loadstar',
  hasStartUp: true,
  command: ({ connections, seconds, url }, folder) => {
    writeRows(folder);
    const load = seconds === null ? 'iterations: 1' : `concurrency: ${connections}\n  hold-for: ${seconds}s`;
    const text = taurus(new URL(url).origin, load);
    const { scenario } = readScenario({ sources: [{ name: 'shop.yml', text }] });
    return planCommand(makePlan(scenario, { runId: 'bench' }), folder);
  },
  requestsOf: (output) => {
    const { failures, requests } = JSON.parse(output) as EngineRunResult;
    if (failures > 0) throw new Error(`${failures} requests of the engine failed`);
    return requests;
  },
};

const k6: BenchClient = {
  name: 'k6',
  hasStartUp: true,
  command: ({ connections, seconds, url }, folder) => {
    const program = toolNamed('k6').find();
    if (program === null) return null;
    writeRows(folder);
    const file = join(folder, 'shop.js');
    writeFileSync(file, script(new URL(url).origin));
    const load = seconds === null ? ['--iterations', '1'] : ['--vus', String(connections), '--duration', `${seconds}s`];
    const summary = ['--summary-export', join(folder, 'k6.json')];
    return [program, 'run', '--quiet', '--no-usage-report', ...load, ...summary, file];
  },
  requestsOf: (_output, folder) => {
    const { metrics } = JSON.parse(readFileSync(join(folder, 'k6.json'), 'utf8')) as {
      metrics: { http_reqs: { count: number }; checks: { fails: number } };
    };
    if (metrics.checks.fails > 0) throw new Error(`${metrics.checks.fails} checks of k6 failed`);
    return metrics.http_reqs.count;
  },
};

/** Ours first. */
export const scenarioClients: readonly BenchClient[] = [loadstar, k6];
