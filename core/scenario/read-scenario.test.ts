// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../errors.ts';
import type { KeywordTable } from '../input/keywords.ts';
import { MINIMAL, problemsOf, read } from './fixtures/texts.ts';
import { readScenario } from './read-scenario.ts';
import { scenarioSchema } from './scenario.ts';
import * as steps from './step-keywords.ts';
import * as schema from './taurus-schema.ts';
import { requestsOf } from './walk-steps.ts';

const source = (name: string, text: string) => ({ name, text });

describe('readScenario', () => {
  it('reads a whole file', () => {
    const { scenario, warnings, files } = read(`
loadstar: {name: Shop, tags: [nightly], regions: {eu: 2, us: 1}}
execution:
- concurrency: 20
  ramp-up: 1m
  hold-for: 5m
  scenario: shop
scenarios:
  shop:
    default-address: https://shop.example
    headers: {Accept: application/json}
    variables: {user: alice}
    think-time: 1s
    requests:
    - /
    - url: /orders
      method: POST
      label: Order
      headers: {Content-Type: application/json}
      body: {user: "\${user}", items: [1, 2]}
      assert: ["id"]
    - {url: /upload, method: PUT, body-file: big.bin, timeout: 2m}
reporting:
- module: passfail
  criteria: [p95 of Order>500ms for 10s]
`);
    expect(warnings).toEqual([]);
    expect(files).toEqual(['big.bin']);
    expect(scenarioSchema.parse(scenario)).toEqual(scenario);
    expect(scenario).toMatchObject({
      name: 'Shop',
      regions: { eu: { tasks: 2, share: 2 }, us: { tasks: 1, share: 1 } },
      executions: [
        { engine: 'native', flow: 'shop', load: { concurrency: 20, rampUpSeconds: 60, holdForSeconds: 300 } },
      ],
      criteria: [{ subject: 'p95', label: 'Order', threshold: 0.5, timeframeSeconds: 10 }],
    });
    expect(requestsOf(scenario.flows.shop?.steps ?? []).map(({ label, method }) => `${method} ${label}`)).toEqual([
      'GET /',
      'POST Order',
      'PUT /upload',
    ]);
    expect(scenario.flows.shop?.steps[1]).toMatchObject({
      body: { kind: 'text', text: '{"user": "${user}", "items": [1, 2]}' },
    });
    expect(JSON.parse(JSON.stringify(scenario))).toEqual(scenario);
  });

  it('reads JSON', () => {
    const json = JSON.stringify(
      { execution: [{ concurrency: 5, scenario: 's' }], scenarios: { s: { requests: ['http://h/'] } } },
      null,
      '\t',
    );
    expect(readScenario({ sources: [source('a.json', json)] }).scenario).toEqual(
      readScenario({ sources: [source('a.yml', MINIMAL)], overrides: [{ key: 'execution.concurrency', value: '5' }] })
        .scenario,
    );
  });

  it('merges several files, and says where one replaced another', () => {
    const { scenario, warnings } = readScenario({
      sources: [
        source('/x/base.yml', `${MINIMAL}loadstar: {tags: [a]}`),
        source('load.yml', 'execution: {concurrency: 9}\nloadstar: {tags: [b]}'),
        source('more.yml', 'scenarios: {s: {requests: ["http://i/"], timeout: 1s}}'),
        source('again.yml', 'scenarios: {s: {~timeout: 2s}}\nexecution: [{scenario: s}]'),
      ],
    });
    expect(scenario).toMatchObject({ name: 'base', tags: ['a', 'b'], executions: [{ load: { concurrency: 1 } }] });
    expect(requestsOf(scenario.flows.s?.steps ?? []).map(({ url, timeoutSeconds }) => [url, timeoutSeconds])).toEqual([
      ['http://h/', 2],
      ['http://i/', 2],
    ]);
    expect(warnings).toEqual(['execution: a mapping of an earlier file was replaced by a list']);
  });

  it('applies overrides last, one after the other', () => {
    const { scenario } = read(MINIMAL, [
      { key: 'execution.0.concurrency', value: '5' },
      { key: 'execution.concurrency', value: '6' },
      { key: 'scenarios.s.requests.0', value: '{url: "http://j/", label: J}' },
      { key: 'loadstar.name', value: 'Mine' },
    ]);
    expect(scenario).toMatchObject({ name: 'Mine', executions: [{ load: { concurrency: 6 } }] });
    expect(scenario.flows.s?.steps[0]).toMatchObject({ label: 'J' });
    expect(problemsOf(MINIMAL, [{ key: 'execution.concurrency', value: 'x' }])).toEqual([
      'execution.concurrency: "x" is not a whole number of 0 or more',
    ]);
    expect(() => read(MINIMAL, [{ key: 'execution.3.x', value: '' }])).toThrow(/its index is 0/);
  });

  it.each([
    ['shop.yml', 'shop'],
    ['a/b/My shop.YAML', 'My shop'],
    ['C:\\x\\shop.json', 'shop'],
    ['shop', 'shop'],
    ['.yml', 'scenario'],
    ['', 'scenario'],
    [`${'x'.repeat(300)}.yml`, 'x'.repeat(200)],
  ])('is named after its file %j unless it has a name', (file, name) => {
    expect(readScenario({ sources: [source(file, MINIMAL)] }).scenario.name).toBe(name);
  });

  it('names every problem of every part at once', () => {
    expect(
      problemsOf(`
execution:
- {concurrency: x, scenario: a, hold_for: 1m}
- {throughput: 5, scenario: b}
scenarios:
  a: {requests: ["/x", {url: "http://h/", extract-jsonpath: [a]}], timeout: never}
loadstar: {regions: {EU: 1}, version: 7}
reporting: [{module: passfail, criteria: [nonsense]}]
modules: {a: b}
extra: 1
`).map((problem) => problem.split(': ')[0]),
    ).toEqual([
      'loadstar.version',
      'extra',
      'loadstar.regions.EU',
      'execution[0].hold_for',
      'execution[0].concurrency',
      'scenarios.a.timeout',
      'scenarios.a.requests[0]',
      'scenarios.a.requests[1].extract-jsonpath',
      'execution[1].throughput',
      'execution[1].scenario',
      'reporting[0].criteria[0]',
    ]);
  });

  it('says in its message which files, where first, and how many more', () => {
    expect(() => readScenario({ sources: [source('a.yml', 'execution: {x: 1}'), source('b.yml', 'y: 1')] })).toThrow(
      'a.yml + b.yml is not valid: y: not a keyword of a scenario file (and 2 more)',
    );
  });

  it.each([
    ['', 'scenario_invalid'],
    ['- a', 'scenario_unreadable'],
    ['a: [', 'scenario_unreadable'],
    [`a: "${'x'.repeat(6_000_000)}"`, 'scenario_too_large'],
    ['__proto__: {execution: {scenario: s}}', 'scenario_unreadable'],
    ['{"constructor": {"prototype": {"x": 1}}}', 'scenario_invalid'],
  ])('refuses case %# with %j', (text, code) => {
    let thrown: unknown;
    try {
      read(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(LoadstarError);
    expect((thrown as LoadstarError).code).toBe(code);
  });

  it('refuses files that are too large only together', () => {
    const half = `# ${'x'.repeat(3_000_000)}\n`;
    expect(() => readScenario({ sources: [source('a.yml', half), source('b.yml', half + MINIMAL)] })).toThrow(
      /together/,
    );
    expect(() => readScenario({ sources: [] })).toThrow(LoadstarError);
  });

  it('warns of more labels than a run keeps apart', () => {
    const requests = Array.from({ length: 501 }, (_, index) => `http://h/${index}`);
    const text = `execution: {scenario: {requests: ${JSON.stringify(requests)}}}`;
    expect(read(text).warnings).toEqual([
      '501 labels are more than the 500 that are kept apart; give requests a common label',
    ]);
  });

  it('warns of criteria that look at a label which there is not', () => {
    const text = `
execution: {scenario: {variables: {n: 1}, requests: [{url: "http://h/", label: "Page \${n}"}]}}
reporting: [{module: passfail, criteria: ["hits of Page 1<5", "hits of Page 2<5", "hits<5"]}]`;
    expect(read(text).warnings).toEqual(['hits of Page 2<5: no request has the label "Page 2"; did you mean Page 1?']);
  });

  it('reads a large file', () => {
    const scenarios = Array.from({ length: 20 }, (_, flow) => {
      const requests = Array.from(
        { length: 200 },
        (_, index) => `    - {url: "http://h/${index}", label: l${index % 100}, method: POST, body: {a: ${index}}}\n`,
      );
      return `  s${flow}:\n    requests:\n${requests.join('')}`;
    });
    const executions = scenarios.map((_, flow) => `- {scenario: s${flow}, concurrency: 10, hold-for: 1m}\n`);
    const { scenario } = read(`execution:\n${executions.join('')}scenarios:\n${scenarios.join('')}`);
    expect(Object.values(scenario.flows).flatMap(({ steps }) => steps)).toHaveLength(4_000);
  });

  it('answers any file with a scenario that conforms, or with a LoadstarError', () => {
    const scalar = fc.oneof(
      fc.constantFrom(
        's',
        'http://h/',
        '1m',
        5,
        -1,
        true,
        null,
        '${x}',
        'p95>1s',
        'POST',
        'a in b',
        'a.csv',
        '${__time()}',
      ),
      fc.string({ maxLength: 5 }),
    );
    const keyword = fc.constantFrom(
      'execution',
      'scenarios',
      'reporting',
      'loadstar',
      's',
      'scenario',
      'concurrency',
      'throughput',
      'hold-for',
      'ramp-up',
      'steps',
      'iterations',
      'requests',
      'url',
      'method',
      'body',
      'headers',
      'assert',
      'contains',
      'default-address',
      'variables',
      'timeout',
      'module',
      'criteria',
      'regions',
      'tasks',
      'x',
    );
    const block = fc.constantFrom(
      'if',
      'then',
      'else',
      'do',
      'loop',
      'while',
      'foreach',
      'once',
      'transaction',
      'include-scenario',
      'action',
      'set-variables',
      'upload-files',
      'extract-regexp',
      'extract-jsonpath',
      'extract-boundary',
      'assert-jsonpath',
      'assert-xpath',
      'data-sources',
      'cookies',
      'authorization',
      'stages',
      'start-at',
      'arrival-rate',
      'env',
      'properties',
      'think-time',
      'path',
      'name',
      'value',
      'tls',
      'client',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        scalar,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(keyword, block), tie('value'), { maxKeys: 5 }),
      ),
    }));
    const file = fc.record(
      { execution: value, scenarios: fc.dictionary(fc.constant('s'), value), reporting: value, loadstar: value },
      { requiredKeys: [] },
    );
    let conforming = 0;
    fc.assert(
      fc.property(file, (content) => {
        try {
          scenarioSchema.parse(read(JSON.stringify(content)).scenario);
          conforming++;
        } catch (error) {
          if (!(error instanceof LoadstarError)) throw error;
          // Wherever it is the content that is wrong, it is said where.
          expect(error.code === 'scenario_unreadable' || error.fields.length > 0).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    expect(conforming).toBeLessThan(500);
  });
});

describe('a flow of anything', () => {
  it('is a scenario that conforms, or a LoadstarError with paths', () => {
    const text = fc.oneof(
      fc.constantFrom(
        '/a',
        'http://h/',
        's',
        't',
        '${x}',
        '${__P(a)}',
        '${__nope()}',
        '"a" == "b"',
        'a in b',
        '$.a',
        '(a)',
        'a.csv',
      ),
      fc.constantFrom('POST', 'uniform(1,2)', 'variable', 'forever', 'pause', '1m'),
      fc.string({ maxLength: 4 }),
    );
    const scalar = fc.oneof(text, fc.constantFrom(0, 1, -1, 1.5, true, false, null));
    const tables = [
      schema.flowKeywords,
      schema.dataSourceKeywords,
      schema.cookieKeywords,
      steps.requestKeywords,
      steps.uploadKeywords,
      ...Object.values(steps.blockKeywords),
      ...Object.values(steps.extractorKeywords),
      steps.jsonpathAssertionKeywords,
    ] satisfies KeywordTable[];
    const { value } = fc.letrec((tie) => {
      const record = (table: KeywordTable) =>
        fc.dictionary(fc.constantFrom(...Object.keys(table.fields)), tie('value'), { maxKeys: 2 });
      return {
        value: fc.oneof(
          { maxDepth: 3, depthSize: 'small' },
          scalar,
          fc.array(tie('value'), { maxLength: 2 }),
          ...tables.map(record),
          fc.dictionary(text, tie('value'), { maxKeys: 2 }),
        ),
      };
    });
    const flow = fc.dictionary(fc.constantFrom(...Object.keys(schema.flowKeywords.fields)), value, { maxKeys: 2 });
    let conforming = 0;
    fc.assert(
      fc.property(flow, flow, (one, other) => {
        try {
          const content = {
            execution: { scenario: 's' },
            scenarios: { s: { requests: ['http://h/'], ...one }, t: other },
          };
          scenarioSchema.parse(read(JSON.stringify(content)).scenario);
          conforming++;
        } catch (error) {
          if (!(error instanceof LoadstarError)) throw error;
          if (error.code !== 'scenario_unreadable') expect(error.fields[0]?.path).toMatch(/^scenarios\.|^execution/);
        }
      }),
      { numRuns: 500 },
    );
    expect(conforming).toBeGreaterThan(0);
  });
});
