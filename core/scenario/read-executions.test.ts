import { describe, expect, it } from 'vitest';
import { problemsOf, read } from './fixtures/texts.ts';

const FLOW = 'requests: ["http://h/"]';

describe('execution', () => {
  it('may be one, or a list', () => {
    const flow = `scenarios: {s: {${FLOW}}}`;
    const one = read(`execution: {scenario: s}\n${flow}`).scenario;
    const list = read(`execution: [{scenario: s}]\n${flow}`).scenario;
    expect(one).toEqual(list);
    expect(one.executions).toHaveLength(1);
  });

  it('may be several, with their own flows or sharing one', () => {
    const { scenario } = read(`
execution:
- {scenario: a, concurrency: 2}
- {scenario: b, throughput: 5, hold-for: 1m}
- {scenario: a, iterations: 3}
scenarios:
  a: {requests: ["http://a/"]}
  b: {requests: ["http://b/"]}`);
    expect(scenario.executions.map(({ flow, load }) => [flow, load.model])).toEqual([
      ['a', 'closed'],
      ['b', 'open'],
      ['a', 'closed'],
    ]);
    expect(Object.keys(scenario.flows)).toEqual(['a', 'b']);
    expect(scenario.flows.b?.name).toBe('b');
  });

  it('may hold its scenario itself, which then gets a free name', () => {
    const { scenario } = read(`
execution: [{scenario: {${FLOW}}}, {scenario: scenario-1}, {scenario: {${FLOW}}}]
scenarios: {scenario-1: {${FLOW}}}`);
    expect(scenario.executions.map(({ flow }) => flow)).toEqual(['scenario-2', 'scenario-1', 'scenario-3']);
    expect(Object.keys(scenario.flows).sort()).toEqual(['scenario-1', 'scenario-2', 'scenario-3']);
  });

  it('may name a scenario by a number', () => {
    expect(read(`execution: {scenario: 1}\nscenarios: {1: {${FLOW}}}`).scenario.executions[0]?.flow).toBe('1');
  });

  it.each(['jmeter', 'native'])('runs %s on the native engine', (executor) => {
    const { scenario } = read(
      `execution: {scenario: {${FLOW}}, executor: ${executor}}\nsettings: {default-executor: ${executor}}`,
    );
    expect(scenario.executions[0]?.engine).toBe('native');
  });

  it('does not look at scenarios that nobody runs, but names them', () => {
    const { scenario, warnings } = read(`execution: {scenario: a}\nscenarios: {a: {${FLOW}}, b: {script: x.jmx}}`);
    expect(Object.keys(scenario.flows)).toEqual(['a']);
    expect(warnings).toEqual(['scenarios.b: no execution uses it']);
  });

  it.each([
    ['{}', 'execution: is missing: it says how much load there is, and which scenario it walks'],
    ['execution: []', 'execution: is missing: it says how much load there is, and which scenario it walks'],
    ['execution: 5', 'execution: 5 is not an execution: a mapping of keywords is expected'],
    ['execution: [5]', 'execution[0]: 5 is not an execution: a mapping of keywords is expected'],
    ['execution: {}', 'execution.scenario: is missing: write the scenario here, or its name'],
    [
      `execution: [{concurrency: 5}]\nscenarios: {a: {${FLOW}}}`,
      'execution[0].scenario: is missing: write the name of one: a',
    ],
    [
      `execution: {scenario: shop}\nscenarios: {shopp: {${FLOW}}}`,
      'execution.scenario: there is no scenario "shop"; did you mean shopp?',
    ],
    ['execution: {scenario: shop}', 'execution.scenario: there is no scenario "shop"; define it below scenarios'],
    [
      'execution: {scenario: constructor}',
      'execution.scenario: there is no scenario "constructor"; define it below scenarios',
    ],
    [
      'loadstar: {engine: native}\nexecution: {scenario: plan.jmx}',
      'execution.scenario: there is no scenario "plan.jmx"; for a script it needs the Taurus engine: write loadstar.engine: taurus, or describe the load as requests',
    ],
    ['execution: {scenario: [a]}', 'execution.scenario: a list is not the name of a scenario'],
    [
      'loadstar: {engine: native}\nexecution: {scenario: {script: plan.jmx}}',
      'execution.scenario.script: not supported by the native engine yet; it needs the Taurus engine: write loadstar.engine: taurus, or describe the load as requests',
    ],
    [
      `execution: {scenario: {${FLOW}}, executor: gatling}`,
      'execution.executor: "gatling" cannot be run; requests run on the native engine (leave it out, or write jmeter or native), scripts with jmeter, k6 and locust',
    ],
    [
      `execution: {scenario: {${FLOW}}, executor: jmetre}`,
      'execution.executor: "jmetre" cannot be run; did you mean jmeter?; requests run on the native engine (leave it out, or write jmeter or native), scripts with jmeter, k6 and locust',
    ],
    [
      `execution: {scenario: {${FLOW}}, concurency: 5}`,
      'execution.concurency: not a keyword of an execution; did you mean concurrency?',
    ],
    [
      `execution: {scenario: {${FLOW}}, hold_for: 5}`,
      'execution.hold_for: not a keyword of an execution; did you mean hold-for?',
    ],
    [
      `execution: {scenario: {${FLOW}}, distributed: [a]}`,
      'execution.distributed: not supported by the native engine yet; loadstar.regions says where it runs',
    ],
    [
      `execution: [{scenario: {${FLOW}}, concurrency: 600000}, {scenario: {${FLOW}}, concurrency: 600000}]`,
      'execution: 1200000 users in all are more than 1000000',
    ],
    [
      `execution: [{scenario: {${FLOW}}, throughput: 6000000, hold-for: 1}, {scenario: {${FLOW}}, throughput: 6000000, hold-for: 1}]`,
      'execution: 12000000 requests per second in all are more than 10000000',
    ],
    [
      `execution: [${Array.from({ length: 101 }, () => '{scenario: s}').join(', ')}]`,
      'execution: 101 executions are more than 100',
    ],
    ['scenarios: [a]\nexecution: {scenario: a}', 'scenarios: a list is not a mapping'],
  ])('says what is wrong: case %#', (text, problem) => {
    const problems = problemsOf(text);
    // Where scenarios could not be read at all, the one that was named is missing as well.
    expect(problems[0]).toBe(problem);
    expect(problems.slice(1).filter((other) => !other.startsWith('execution.scenario: there is no'))).toEqual([]);
  });

  it('reports what is wrong with a shared scenario once', () => {
    const text = 'execution: [{scenario: s}, {scenario: s}]\nscenarios: {s: {requests: [{url: "http://h/", x: 1}]}}';
    expect(problemsOf(text)).toEqual(['scenarios.s.requests[0].x: not a keyword of a request']);
    expect(problemsOf('execution: [{scenario: s}, {scenario: s}]\nscenarios: {s: {requests: []}}')).toEqual([
      'scenarios.s.requests: is missing or empty: there is nothing to request',
    ]);
  });
});
