/** Taurus with JMeter as a client that is compared: `bzt` reads a file, starts JMeter and reads what that writes, as people run it. */
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jmeterRecipe } from '../engines/install/jmeter.ts';
import { toolNamed } from '../tools/tools.ts';
import { type BenchClient, benchClients, type LoadSettings } from './http1-clients.ts';

/** JSON is YAML. Nothing is fetched while it runs. */
function taurusFile({ connections, seconds, url }: LoadSettings, artifacts: string, jmeter: string): string {
  const load = seconds === null ? { iterations: 1 } : { concurrency: connections, 'hold-for': `${seconds}s` };
  return JSON.stringify({
    settings: { 'check-updates': false, 'artifacts-dir': artifacts },
    modules: {
      console: { disable: true },
      jmeter: {
        path: jmeter,
        version: jmeterRecipe.versions.jmeter,
        'detect-plugins': false,
        plugins: [],
        'fix-jars': false,
      },
    },
    execution: [{ executor: 'jmeter', ...load, scenario: 'one' }],
    scenarios: { one: { requests: [{ url, label: 'one' }] } },
  });
}

const taurus: BenchClient = {
  name: 'Taurus + JMeter',
  hasStartUp: true,
  command: (settings, folder) => {
    const [python, jmeter, java] = ['bzt', 'jmeter', 'java'].map((name) => toolNamed(name).find());
    if (python == null || jmeter == null || java == null) return null;
    const artifacts = join(folder, 'artifacts');
    rmSync(artifacts, { recursive: true, force: true });
    writeFileSync(join(folder, 'taurus.yml'), taurusFile(settings, artifacts, jmeter));
    // It keeps settings at home, and JMeter a log where it is started.
    const program = 'cd "$0" && export HOME="$0" && exec "$@"';
    return ['bash', '-c', program, folder, python, '-m', 'bzt.cli', 'taurus.yml'];
  },
  requestsOf: (_output, folder) => {
    const [file] = globSync(join(folder, 'artifacts', 'kpi*.jtl'));
    if (file === undefined) throw new Error('JMeter wrote no results');
    const [head = '', ...rows] = readFileSync(file, 'utf8').trim().split('\n');
    const success = head.split(',').indexOf('success');
    const failures = rows.filter((row) => row.split(',')[success] !== 'true').length;
    if (failures > 0) throw new Error(`${failures} requests of JMeter failed`);
    return rows.length;
  },
};

/** Ours first. */
export const taurusClients: readonly BenchClient[] = [
  ...benchClients.filter(({ name }) => name === 'loadstar'),
  taurus,
];
