/** What a newcomer sees at the very first start: a scenario of their own, run against the practice target, and its report. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CountReport } from '../../practice-target/served-counts.ts';
import type { PracticeTarget } from '../../practice-target/start.ts';
import type { LocalControlPlane } from '../../server/main/local.ts';
import { startScenarioRun } from '../../server/verbs/runs/start-scenario-run.ts';
import { createScenario } from '../../server/verbs/scenarios/create-scenario.ts';
import { createDisplay } from '../progress/create-display.ts';
import type { RunOutputs } from '../run/run-locally.ts';
import { renderSummary } from '../summary/summary.ts';
import { checkAgainstTarget } from './target-check.ts';
import { untilAborted } from './until-aborted.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'quick-start.yml');
/** The address in the example: that of a practice target on its own port. */
const EXAMPLE_ADDRESS = 'http://127.0.0.1:8089';
const ADMIN = { kind: 'local' } as const;

export interface QuickStart {
  local: LocalControlPlane;
  target: PracticeTarget;
  /** Ends the watching, not the run. */
  signal: AbortSignal;
  /** The scenario's file; its address is replaced by the target's. */
  example?: string;
}

/** Stores the scenario, starts a run of it, shows the run and its report. Returns when the run has ended, or when `signal` aborts. */
export async function showQuickStart(
  { example = EXAMPLE, local, signal, target }: QuickStart,
  { messages, results }: RunOutputs,
): Promise<void> {
  const text = (await readFile(example, 'utf8')).replaceAll(EXAMPLE_ADDRESS, target.url);
  const ports = { ...local.ports, liveOf: local.liveOf };
  const { id: scenarioId, name } = await createScenario(ports, ADMIN, { text, format: 'yaml', plan: {} });
  const start = { scenarioId, placement: {}, idempotencyKey: null, plan: {} };
  const run = await startScenarioRun(ports, ADMIN, start);
  messages.write(`This is the first start: the scenario "${name}" runs against the practice target.\n\n`);
  const display = createDisplay(messages, { quiet: false });
  const ended = local.watchRun(run.id, (progress) => display.update(progress));
  await Promise.race([ended, untilAborted(signal)]).finally(() => display.stop());
  if (signal.aborted) return;
  const report = await local.readReport(run.id);
  results.write(renderSummary(report, { columns: results.columns(), style: results.style, written: [] }));
  const counted = (await (await fetch(`${target.url}/__count`)).json()) as CountReport;
  const { matches, words } = checkAgainstTarget(report, counted);
  const { glyphs, green, red } = results.style;
  results.write(`${matches ? green(glyphs.pass) : red(glyphs.fail)} ${words}\n\n`);
}
