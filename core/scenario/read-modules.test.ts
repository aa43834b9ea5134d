import { describe, expect, it } from 'vitest';
import { MINIMAL, problemsOf, read } from './fixtures/texts.ts';

describe('reporting and services', () => {
  it('give the criteria of every passfail', () => {
    const { scenario, warnings } = read(`${MINIMAL}
reporting:
- final-stats
- module: passfail
  criteria: [p95>500ms, "Too many: fail>1% for 5s"]
- module: junit-xml
  filename: x.xml
services:
- module: passfail
  run-at: local
  criteria:
    Slow: avg-rt>1s
- passfail
- module: monitoring
  local: [{metrics: [cpu]}]`);
    expect(scenario.criteria.map(({ message, threshold }) => [message, threshold])).toEqual([
      ['p95>500ms', 0.5],
      ['Too many', 1],
      ['Slow', 1],
    ]);
    expect(warnings).toEqual([
      'The module final-stats makes no difference here: Loadstar writes its own reports',
      'The module junit-xml makes no difference here: Loadstar writes its own reports',
      'run-at of the passfail module makes no difference here',
      'The module monitoring makes no difference here: Loadstar writes its own reports',
    ]);
  });

  it.each([
    ['reporting: 5', 'reporting: 5 is not a list'],
    ['reporting: [5]', 'reporting[0]: 5 is not the name of a module'],
    ['reporting: [{}]', 'reporting[0].module: is missing'],
    ['reporting: [passfial]', 'reporting[0]: "passfial" is not a module; did you mean passfail?'],
    [
      'reporting: [{module: shellexec, prepare: [rm -rf /]}]',
      'reporting[0].module: shellexec: not supported by the native engine yet',
    ],
    ['services: [shellexec]', 'services[0]: shellexec: not supported by the native engine yet'],
    [
      'services: [{module: passfail, criteria: [p95>1s, x]}]',
      'services[0].criteria[1]: "x": expected is: subject of label>threshold for 10s, stop as failed (label, time and action may be left out)',
    ],
    [
      'services: [{module: passfail, criteria: {Slow: avg-tr>1s}}]',
      'services[0].criteria.Slow: "avg-tr>1s": subject "avg-tr" is not something that is measured; did you mean avg-rt?',
    ],
    [
      'services: [{module: passfail, criteria: [{subject: hits, condition: ">", threshold: x}]}]',
      'services[0].criteria[0].threshold: "x" is not a number of 0 or more',
    ],
    [
      'services: [{module: passfail, critera: []}]',
      'services[0].critera: not a keyword of the passfail module; did you mean criteria?',
    ],
    [
      `reporting: [{module: passfail, criteria: [${'hits>1,'.repeat(0)}${Array.from({ length: 60 }, () => '"hits>1"').join(', ')}]}, {module: passfail, criteria: [${Array.from({ length: 60 }, () => '"hits>1"').join(', ')}]}]`,
      'reporting: 120 criteria in all are more than 100',
    ],
  ])('are refused: case %#', (text, problem) => {
    expect(problemsOf(MINIMAL + text)).toEqual([problem]);
  });
});

describe('settings and the other keys', () => {
  it('are accepted where they make no difference, and named', () => {
    const { warnings } = read(`${MINIMAL}
settings: {default-executor: jmeter, artifacts-dir: /tmp/x, check-interval: 5s, aggregator: consolidator, env: }
modules: {jmeter: {path: /x}, console: {disable: true}}
provisioning: local
cli-aliases: {x: {}}
reporting:
included-configs:`);
    expect(warnings).toEqual([
      'cli-aliases of a scenario file makes no difference here',
      'artifacts-dir of settings makes no difference here',
      'check-interval of settings makes no difference here',
      'Of modules, only the properties of jmeter are read; the rest makes no difference here',
    ]);
  });

  it.each([
    [
      'settings: {default-executor: gatling}',
      'settings.default-executor: "gatling" cannot be run; requests run on the native engine (leave it out, or write jmeter or native), scripts with jmeter, k6 and locust',
    ],
    ['settings: {env: {A: [b]}}', 'settings.env.A: a list is not a text'],
    ['modules: {jmeter: {properties: [a]}}', 'modules.jmeter.properties: a list is not a mapping'],
    ['modules: {jmeter: 5}', 'modules.jmeter: 5 is not a mapping'],
    [
      'modules: {local: {sequential: true}}',
      'modules.local.sequential: not supported by the native engine yet; write the delay of each execution',
    ],
    ['settings: {proxy: {address: x}}', 'settings.proxy: not supported by the native engine yet'],
    [
      'settings: {aggregator: functional-consolidator}',
      'settings.aggregator: not supported by the native engine yet; leave it out or write consolidator',
    ],
    ['settings: {xyzzy: 1}', 'settings.xyzzy: not a keyword of settings'],
    [
      'provisioning: cloud',
      'provisioning: "cloud" is not supported: loadstar.regions says where it runs; write local, or leave it out',
    ],
    [
      'included-configs: [a.yml]',
      'included-configs: not supported by the native engine yet; name the files one after the other on the command line',
    ],
    ['executoin: {}', 'executoin: not a keyword of a scenario file; did you mean execution?'],
    ['concurrency: 5', 'concurrency: not a keyword of a scenario file'],
  ])('are refused: %s', (text, problem) => {
    expect(problemsOf(MINIMAL + text)).toEqual([problem]);
  });
});
