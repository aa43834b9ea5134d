/** What a newcomer sees at the very first start: a scenario of their own, run against the practice target, and its report. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CountReport } from '../../practice-target/served-counts.ts';
import type { PracticeTarget } from '../../practice-target/start.ts';
import type { LocalControlPlane } from '../../server/main/local.ts';
import { startScenarioRun } from '../../server/verbs/runs/start-scenario-run.ts';
import { createScenario } from '../../server/verbs/scenarios/create-scenario.ts';
import { checkAgainstTarget } from '../first-run/target-check.ts';
import { createDisplay } from '../progress/create-display.ts';
import type { RunOutputs } from '../run/run-locally.ts';
import { renderSummary } from '../summary/summary.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'quick-start.yml');
/** The address in the example: that of a practice target on its own port. */
const EXAMPLE_ADDRESS = 'http://127.0.0.1:8089';
const ADMIN = { kind: 'admin' } as const;

/** Returns when the run has ended, or when `signal` aborts. */
export async function showQuickStart(
  local: LocalControlPlane,
  target: PracticeTarget,
  { messages, results }: RunOutputs,
  signal: AbortSignal,
): Promise<void> {
  const text = (await readFile(EXAMPLE, 'utf8')).replaceAll(EXAMPLE_ADDRESS, target.url);
  const { ports } = local;
  const { id: scenarioId, name } = await createScenario(ports, ADMIN, { text, format: 'yaml', plan: {} });
  const start = { scenarioId, placement: {}, idempotencyKey: null, plan: {} };
  const run = await startScenarioRun({ ...ports, liveOf: () => null }, ADMIN, start);
  ports.driver.drive(run.id);
  messages.write(`This is its first start: it runs the scenario "${name}" against the practice target.\n\n`);
  const display = createDisplay(messages, { quiet: false });
  const aborted = new Promise<'aborted'>((resolve) => {
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
  const ended = local.watchRun(run.id, (progress) => display.update(progress));
  const outcome = await Promise.race([ended, aborted]).finally(() => display.stop());
  if (outcome === 'aborted') return;
  const report = await local.readReport(run.id);
  results.write(renderSummary(report, { columns: results.columns(), style: results.style, written: [] }));
  const counted = (await (await fetch(`${target.url}/__count`)).json()) as CountReport;
  const { matches, words } = checkAgainstTarget(report, counted);
  const { glyphs, green, red } = results.style;
  results.write(`${matches ? green(glyphs.pass) : red(glyphs.fail)} ${words}\n\n`);
}
