import { describe, expect, it } from 'vitest';
import { taskShareOf } from '../../core/taurus/task-share.ts';
import type { EngineName, EngineProgram } from '../../engines/engine-program.ts';
import { testPlan } from '../testing/plans.ts';
import { bztConfig, jmeterHeap } from './bzt-config.ts';
import { executionOf } from './testing/taurus-run.ts';
import type { WorkFolder } from './work-folder.ts';

const at = (name: string) => `/w/${name}`;
const folder: WorkFolder = {
  root: '/w',
  files: at('files'),
  artifacts: at('artifacts'),
  home: at('home'),
  temporary: at('tmp'),
  config: at('config.json'),
  log: at('bzt.log'),
  output: at('bzt.out'),
};
const program = (name: EngineName): EngineProgram => ({ name, version: '1.2.3', path: `/bin/${name}`, source: 'path' });
const load = { concurrency: 1, throughput: 2.5, rampUpSeconds: 2, steps: null, holdForSeconds: 3, iterations: null };

/** What task `task` of two gets. */
function configOf(task: number) {
  const taurus = {
    executions: [
      executionOf({ executor: 'jmeter', script: 'a/shop.jmx', scenario: 'shop', delaySeconds: 5 }),
      executionOf({ executor: 'jmeter', script: null, scenario: 'api', load, env: { MODE: 'x' } }),
    ],
    config: {
      settings: { 'check-updates': true, 'artifacts-dir': '/etc' },
      scenarios: { shop: { script: 'elsewhere.jmx', variables: { a: 1 } }, api: { requests: ['http://h/'] } },
      modules: {
        jmeter: {
          class: 'evil.Class',
          'detect-plugins': true,
          'memory-xmx': '2g',
          properties: { mine: 1 },
          cmdline: '-Jx=1',
          'csv-jtl-flags': { xml: true, url: true },
        },
      },
    },
    files: [],
    taskFiles: [],
  };
  const plan = testPlan({ regions: [{ name: 'eu', tasks: 2, share: 1 }], taurus });
  const config = bztConfig({
    plan,
    taurus,
    shares: taskShareOf(plan, { region: 'eu', task }).executions,
    scripts: ['a/shop.jmx', null],
    folder,
    programs: new Map([['jmeter', program('jmeter')]]),
    secrets: new Map(),
    shutdownPort: 20_001,
  });
  return { config, taurus };
}

describe('the configuration for Taurus', () => {
  it('has the executions that the task has a part of, each with a scenario of its own', () => {
    const executions = [0, 1].map((task) => configOf(task).config.execution as Record<string, unknown>[]);
    // One user: it belongs to one of the two.
    expect(executions.map((list) => list.length).sort()).toEqual([1, 2]);
    expect(executions.find((list) => list.length === 2)).toMatchObject([
      { executor: 'jmeter', delay: '5s', scenario: 'shop#0' },
      {
        executor: 'jmeter',
        delay: '0s',
        env: { MODE: 'x' },
        scenario: 'api#1',
        concurrency: 1,
        throughput: 2.5,
        'ramp-up': '2s',
        'hold-for': '3s',
      },
    ]);
    expect(configOf(0).config.scenarios).toMatchObject({
      'shop#0': { script: '/w/files/a/shop.jmx', variables: { a: 1 } },
    });
  });

  it('takes what the scenario says, but for what the worker relies on', () => {
    const { config, taurus } = configOf(0);
    expect(config.settings).toMatchObject({ 'check-updates': false, 'artifacts-dir': '/w/artifacts' });
    expect(config.modules).toMatchObject({
      jmeter: {
        class: 'loadstar_bzt.jmeter.JMeter',
        path: '/bin/jmeter',
        'detect-plugins': false,
        'memory-xmx': '2g',
        properties: { mine: 1, search_paths: '/w/files/plugins;/w/files/a/plugins' },
        cmdline: expect.stringMatching(/^-Jx=1 .*-Jsampleresult\.timestamp\.start=true/),
        'csv-jtl-flags': { xml: false, url: true, fieldNames: true },
      },
    });
    expect(jmeterHeap(taurus)).toBe('2g');
  });
});
