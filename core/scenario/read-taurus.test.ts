import { describe, expect, it } from 'vitest';
import { problemsOf, read } from './fixtures/texts.ts';

const taurusOf = (text: string) => {
  const { scenario } = read(text);
  if (scenario.taurus === null) throw new Error('the native engine runs it');
  return scenario.taurus;
};

describe('the engine', () => {
  it.each([
    ['execution: {scenario: {script: shop.jmx}}', 'jmeter', 'shop.jmx'],
    ['execution: {scenario: shop.jmx}', 'jmeter', 'shop.jmx'],
    ['execution: {script: folder/./shop.js}', 'k6', 'folder/shop.js'],
    ['execution: {script: shop.TS}', 'k6', 'shop.TS'],
    ['execution: {scenario: s}\nscenarios: {s: {script: shop.py}}', 'locust', 'shop.py'],
    ['execution: {executor: k6, scenario: {script: shop.js}}', 'k6', 'shop.js'],
  ])('of %s is %s', (text, executor, script) => {
    const { scenario, files } = read(text);
    expect(scenario.taurus?.executions).toMatchObject([{ executor, script, load: null, delaySeconds: 0 }]);
    expect(scenario).toMatchObject({ executions: [], flows: {} });
    expect(files).toEqual([script]);
  });

  it('is Taurus for requests that ask for it, or for Locust', () => {
    const REQUESTS = 'scenario: {requests: ["http://h/"]}';
    expect(taurusOf(`loadstar: {engine: taurus}\nexecution: {${REQUESTS}}`).executions).toMatchObject([
      { executor: 'jmeter', script: null, load: { concurrency: 1, iterations: 1 } },
    ]);
    expect(taurusOf(`execution: {executor: locust, hold-for: 5, ${REQUESTS}}`).executions).toMatchObject([
      { executor: 'locust', script: null, load: { concurrency: 1, holdForSeconds: 5, iterations: null } },
    ]);
    expect(read(`execution: {${REQUESTS}, executor: jmeter}`).scenario.taurus).toBeNull();
  });

  it('is one for all of a scenario', () => {
    const text = 'execution: [{script: a.jmx}, {scenario: {requests: ["http://h/"]}}]';
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^execution\[1\]: runs on the native engine, .*engine: taurus/),
    ]);
    expect(taurusOf(`${text}\nloadstar: {engine: taurus}`).executions).toHaveLength(2);
    expect(problemsOf(`loadstar: {engine: native}\nexecution: {script: a.jmx}`)[0]).toMatch(
      /^execution\.script: not supp/,
    );
    expect(problemsOf('loadstar: {engine: gatling}\nexecution: {script: a.jmx}')[0]).toMatch(/^loadstar\.engine: /);
  });
});

describe('the load', () => {
  it.each([
    [
      'concurrency: 10, ramp-up: 1m, hold-for: 2m, steps: 5',
      { concurrency: 10, rampUpSeconds: 60, holdForSeconds: 120, steps: 5, iterations: null },
    ],
    ['iterations: 3', { concurrency: null, iterations: 3 }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a function of JMeter.
    ['concurrency: "${__P(users,7)}"', { concurrency: 7, iterations: 1 }],
    ['throughput: 2.5, hold-for: 10', { concurrency: null, throughput: 2.5 }],
    ['concurrency: {local: 4, cloud: 400}', { concurrency: 4 }],
  ])('of %s is read', (load, expected) => {
    expect(taurusOf(`execution: {script: a.jmx, ${load}}`).executions[0]?.load).toMatchObject(expected);
  });

  it.each([
    ['script: a.js, throughput: 5, hold-for: 10', /^execution\.throughput: Taurus cannot limit the requests of k6/],
    ['script: a.jmx, throughput: 5', /^execution\.throughput: needs ramp-up or hold-for/],
    ['script: a.py, steps: 5, ramp-up: 10', /^execution\.steps: /],
    ['script: a.py, concurrency: 5', /^execution\.hold-for: is missing/],
    ['script: a.jmx, stages: [{duration: 5, target: 5}]', /^execution\.stages: not supported by the Taurus engine/],
    ['script: a.jmx, arrival-rate: 5', /^execution\.arrival-rate: not supported by the Taurus engine/],
    ['script: a.jmx, concurrency: -1', /^execution\.concurrency: /],
    ['script: a.jmx, executor: k6', /^execution\.executor: k6 does not run "a.jmx": write jmeter/],
    ['script: a.jmx, executor: gatling', /^execution\.executor: "gatling" cannot be run .*JMeter \(.jmx\), k6/],
    ['script: a.scala', /^execution\.script: "a.scala" is no script of a known kind/],
    ['script: ../a.jmx', /^execution\.script: "..\/a.jmx" is not a file inside/],
    ['script: /etc/a.jmx', /^execution\.script: /],
    ['script: 5', /^execution\.script: 5 is not the path of a script/],
    ['executor: k6, scenario: {requests: ["http://h/"]}', /^execution\.executor: k6 needs a script/],
    ['executor: locust, hold-for: 5, scenario: x', /^execution\.scenario: there is no scenario "x"/],
    ['executor: locust, hold-for: 5, scenario: {requests: []}', /^execution\.scenario\.requests: is missing or empty/],
    ['executor: k6', /^execution\.executor: k6 needs a script/],
  ])('says what is wrong with %s', (execution, problem) => {
    expect(problemsOf(`execution: {${execution}}`)[0]).toMatch(problem);
  });
});

describe('what Taurus is given', () => {
  it('is as it was written, with the values of settings.env, as JSON', () => {
    const text = `
execution: {scenario: s, env: {A: b}}
scenarios:
  s: {script: a.jmx, variables: {n: 5, host: "\${HOST}"}, modifications: {disable: [x]}, criteria: [p90>5s]}
  unused: {script: b.jmx}
settings: {env: {HOST: shop.example}}
modules:
  jmeter: {properties: {threads: 5}, path: /opt/jmeter, plugins: [x]}
  console: {disable: true}
`;
    const { scenario, warnings } = read(text);
    expect(scenario.taurus).toMatchObject({
      executions: [{ scenario: 's', env: { A: 'b' } }],
      config: {
        scenarios: {
          s: { script: 'a.jmx', variables: { n: 5, host: 'shop.example' }, modifications: { disable: ['x'] } },
        },
        modules: { jmeter: { properties: { threads: 5 } } },
        settings: { env: { HOST: 'shop.example' } },
      },
    });
    expect(JSON.stringify(scenario.taurus)).not.toMatch(/opt|unused|p90|console/);
    expect(scenario.criteria).toMatchObject([{ message: 'p90>5s', flow: null }]);
    expect(warnings).toEqual(
      expect.arrayContaining([
        'scenarios.unused: no execution uses it',
        'modules.jmeter.path: Loadstar decides it, or does without it',
        'modules.console makes no difference here',
      ]),
    );
  });

  it('keeps scenarios of their own apart', () => {
    const { executions, config } = taurusOf(
      'execution: [{script: a.jmx}, {script: b.js}, {scenario: s, script: c.py, concurrency: 1, hold-for: 1}]\nscenarios: {s: {timeout: 5s}}',
    );
    expect(executions.map(({ scenario }) => scenario)).toEqual(['scenario-1', 'scenario-2', 'scenario-3']);
    expect(config.scenarios).toEqual({
      'scenario-1': { script: 'a.jmx' },
      'scenario-2': { script: 'b.js' },
      'scenario-3': { script: 'c.py', timeout: '5s' },
    });
  });

  it.each([
    ['{n: 12345678901234567890}', /variables\.n: 12345678901234567890 is too large a number/],
    ['{n: .inf}', /variables\.n: Infinity cannot be handed on/],
  ])('refuses what JSON cannot say: %s', (variables, problem) => {
    expect(problemsOf(`execution: {scenario: {script: a.jmx, variables: ${variables}}}`)[0]).toMatch(problem);
  });

  it('takes no harm from odd names', () => {
    const text = 'execution: [{scenario: constructor}]\nscenarios: {constructor: {script: a.jmx}}';
    expect(taurusOf(text).config.scenarios).toEqual({ constructor: { script: 'a.jmx' } });
    expect(problemsOf('execution: [{scenario: toString}]')[0]).toMatch(/there is no scenario "toString"/);
  });
});

describe('files', () => {
  it('are scripts, those that are named, and those of requests', () => {
    const text = `
loadstar: {engine: taurus, files: [a.csv, {path: b.csv, partition: split, header: false}, {path: c.csv, partition: unique}]}
execution:
- {script: s.jmx, files: [d.csv, a.csv]}
- scenario:
    data-sources: [e.csv, {path: f.csv, partition: split, variable-names: "x,y"}]
    requests:
    - {url: "http://h/", body-file: g.json, method: POST, headers: {path: /x}}
    - if: "true"
      then: [{url: "http://h/", method: POST, upload-files: [{param: p, path: h.png}]}, {include-scenario: other}]
scenarios: {other: {requests: [{url: "http://h/", body-file: i.json}]}}
`;
    const { files, scenario } = read(text);
    expect(files.toSorted()).toEqual([
      'a.csv',
      'b.csv',
      'c.csv',
      'd.csv',
      'e.csv',
      'f.csv',
      'g.json',
      'h.png',
      'i.json',
      's.jmx',
    ]);
    expect(scenario.taurus?.files.filter(({ partition }) => partition !== 'copy')).toEqual([
      { path: 'b.csv', partition: 'split', header: false },
      { path: 'c.csv', partition: 'unique', header: true },
      { path: 'f.csv', partition: 'split', header: false },
    ]);
    expect(scenario.taurus?.config.scenarios).toHaveProperty('other');
  });

  it.each([
    [
      'files: [{path: a.csv, partition: splitt}]',
      'loadstar.files[0].partition: "splitt" is not a way to share rows; did you mean split?',
    ],
    ['files: [{partition: split}]', 'loadstar.files[0].path: is missing: the file'],
    ['files: [a.csv, a.csv]', 'loadstar.files[1]: a.csv stands here twice'],
    ['files: [../a.csv]', 'loadstar.files[0].path: "../a.csv" is not a file inside the folder of the scenario'],
  ])('say what is wrong with %s', (files, problem) => {
    expect(problemsOf(`loadstar: {${files}}\nexecution: {script: a.jmx}`)).toEqual([problem]);
  });

  it('of loadstar.files are for scripts', () => {
    expect(problemsOf('loadstar: {files: [a.csv]}\nexecution: {scenario: {requests: ["http://h/"]}}')[0]).toMatch(
      /^loadstar\.files: is for scripts/,
    );
  });
});

it('judges criteria of one of several scripts only by labels', () => {
  const text = 'execution: [{script: a.jmx, criteria: [p90>1s]}, {script: b.jmx}]';
  expect(problemsOf(text)).toEqual([
    expect.stringMatching(/^execution\[0\]\.criteria: which samples are of which script/),
  ]);
  expect(read('execution: {script: a.jmx}\nreporting: [{module: passfail, criteria: [p90 of x>1s]}]')).toMatchObject({
    warnings: [],
    scenario: { criteria: [{ label: 'x' }] },
  });
});
