/**
 * Runs the native engine alone, in this process, on a scenario file whose data files lie beside it: what the benches measure from outside. The result,
 * one line of JSON, is on standard output.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makePlan } from '../core/plan/make-plan.ts';
import { readScenario } from '../core/scenario/read-scenario.ts';
import { Statistics } from '../core/statistics/statistics.ts';
import { totalOfWindow } from '../core/statistics/window.ts';
import { createNativeEngine } from '../worker/native/native-engine.ts';

export interface ScenarioRunResult {
  requests: number;
  failures: number;
  /** Of this process at its end, MiB. */
  residentMib: number;
}

/** As a task gives its engine. */
const START_LEAD_MS = 250;

async function run(file: string): Promise<ScenarioRunResult> {
  const { scenario } = readScenario({ sources: [{ name: basename(file), text: readFileSync(file, 'utf8') }] });
  const total = new Statistics();
  const engine = createNativeEngine({
    plan: makePlan(scenario, { runId: 'bench' }),
    id: { region: Object.keys(scenario.regions)[0] ?? '', task: 0 },
    secrets: new Map(),
    readFile: (path) => readFile(join(dirname(file), path)),
    log: (_level, message) => console.error(message),
    onWindow: (window) => total.addLater(totalOfWindow(window)),
  });
  await engine.prepare();
  await engine.run(performance.now() + START_LEAD_MS, Date.now());
  const residentMib = Math.round(process.memoryUsage.rss() / 2 ** 20);
  return { requests: total.requests, failures: total.failures, residentMib };
}

console.log(JSON.stringify(await run(process.argv[2] ?? '')));
