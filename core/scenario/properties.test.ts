// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are expressions of the scenarios.
import { describe, expect, it } from 'vitest';
import { problemsOf, read } from './fixtures/texts.ts';

const REQUESTS = 'requests: ["http://h/"]';

describe('properties', () => {
  it("are those of modules.jmeter, over which a scenario's own win", () => {
    const { scenario } = read(`
execution: [{scenario: a}, {scenario: b}]
modules: {jmeter: {properties: {p: module, q: 1.0, r: yes}}}
scenarios: {a: {properties: {p: own}, ${REQUESTS}}, b: {${REQUESTS}}}`);
    expect(scenario.flows.a?.properties).toEqual({ p: 'own', q: '1.0', r: 'True' });
    expect(scenario.flows.b?.properties).toEqual({ p: 'module', q: '1.0', r: 'True' });
  });

  it('stand for numbers and times of executions', () => {
    const { scenario } = read(`
execution:
- {scenario: a, concurrency: "\${__P(users,3)}", hold-for: "\${__P(hold,10)}", ramp-up: "\${__property(ramp,,5s)}"}
- {scenario: b, concurrency: {local: "\${__P(users)}"}, iterations: "\${__P(none)}", delay: "\${__P(hold)}"}
modules: {jmeter: {properties: {hold: 20s}}}
scenarios: {a: {properties: {users: 7}, ${REQUESTS}}, b: {${REQUESTS}}}`);
    expect(scenario.executions).toMatchObject([
      { load: { concurrency: 7, holdForSeconds: 20, rampUpSeconds: 5 } },
      { load: { concurrency: 1, iterations: 1 }, delaySeconds: 20 },
    ]);
  });

  it('are refused where they are no numbers', () => {
    expect(problemsOf(`execution: {scenario: {${REQUESTS}}, concurrency: "\${__P(users,many)}"}`)).toEqual([
      'execution.concurrency: "many" is not a whole number of 0 or more',
    ]);
  });
});

describe('settings.env', () => {
  it('stands for values anywhere in the file, also for each other, and is what __env reads', () => {
    const { scenario } = read(`
settings: {env: {HOST: "h:81", BASE: "http://\${HOST}", USERS: 5, UNSET: }}
execution: {scenario: s, concurrency: "\${USERS}"}
scenarios: {s: {requests: ["\${BASE}/\${other}", {url: "http://x/", headers: {X: "\${UNSET}"}}]}}`);
    expect(scenario.executions[0]?.load.concurrency).toBe(5);
    expect(scenario.flows.s).toMatchObject({
      env: { HOST: 'h:81', BASE: 'http://${HOST}', USERS: '5', UNSET: '' },
      steps: [{ url: 'http://h:81/${other}' }, { headers: [['X', '']] }],
    });
  });

  it('that grows without end is refused', () => {
    const env = ['A', 'B', 'C', 'D', 'E']
      .map((name, index) => `${name}: "${'${'.concat('ABCDEF'[index + 1] ?? '', '}').repeat(100)}"`)
      .join(', ');
    expect(
      problemsOf(`settings: {env: {${env}, F: x}}\nexecution: {scenario: {requests: ["http://h/\${A}"]}}`)[0],
    ).toMatch(/settings\.env makes it longer than 1000000 characters$/);
    const { scenario } = read('settings: {env: {A: "${A}b"}}\nexecution: {scenario: {requests: ["http://h/${A}"]}}');
    expect(scenario.flows['scenario-1']?.steps[0]).toMatchObject({ url: 'http://h/${A}bbbbb' });
  });

  it('and env of executions give each its own', () => {
    const { scenario } = read(`
settings: {env: {A: 1}}
execution: [{scenario: s}, {scenario: s, env: {B: 2}}, {scenario: s, env: {B: 2}}, {scenario: s, env: {B: 3}}]
scenarios: {s: {${REQUESTS}}, s-2: {${REQUESTS}}}`);
    expect(scenario.executions.map(({ flow }) => flow)).toEqual(['s', 's-3', 's-3', 's-4']);
    expect(Object.values(scenario.flows).map(({ name, env }) => [name, env])).toEqual([
      ['s', { A: '1' }],
      ['s-3', { A: '1', B: '2' }],
      ['s-4', { A: '1', B: '3' }],
    ]);
  });
});

describe('criteria of executions and scenarios', () => {
  const criteriaOf = (text: string) => read(text).scenario.criteria.map(({ message, flow }) => [message, flow]);

  it('look at the samples of their flow, or at all when there is no other', () => {
    expect(
      criteriaOf(`execution: {scenario: s, criteria: [p95>1s]}\nscenarios: {s: {criteria: [hits<5], ${REQUESTS}}}`),
    ).toEqual([
      ['p95>1s', null],
      ['hits<5', null],
    ]);
    expect(
      criteriaOf(`
execution: [{scenario: a, criteria: {slow: p95>1s}}, {scenario: b}]
scenarios: {a: {${REQUESTS}}, b: {criteria: [hits<5], requests: ["http://h/b"]}}
reporting: [{module: passfail, criteria: [fail>1%]}]`),
    ).toEqual([
      ['fail>1%', null],
      ['slow', 'a'],
      ['hits<5', 'b'],
    ]);
  });

  it('are refused where the samples of two executions cannot be told apart', () => {
    expect(
      problemsOf(`execution: [{scenario: s, criteria: [p95>1s]}, {scenario: s}]\nscenarios: {s: {${REQUESTS}}}`),
    ).toEqual([expect.stringMatching(/^execution\[0\]\.criteria: another execution walks the same scenario/)]);
  });

  it('are refused with their paths', () => {
    expect(problemsOf(`execution: {scenario: {criteria: [b], ${REQUESTS}}, criteria: [a]}`)).toEqual([
      expect.stringMatching(/^execution\.criteria\[0\]: /),
      expect.stringMatching(/^execution\.scenario\.criteria\[0\]: /),
    ]);
  });
});
