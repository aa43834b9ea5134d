/** What `npm start` shows: a whole run against the built-in practice target, and that its report is true. */
import { join, resolve } from 'node:path';
import { exitCodes } from '../../core/errors.ts';
import { readScenario } from '../../core/scenario/read-scenario.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import type { CountReport } from '../../practice-target/served-counts.ts';
import { startPracticeTarget } from '../../practice-target/start.ts';
import type { OpenControlPlane } from '../run/control-plane.ts';
import { readScenarioFiles, readSources } from '../run/read-sources.ts';
import { type RunOutputs, runLocally } from '../run/run-locally.ts';
import type { Output } from '../terminal/streams.ts';
import { wrap } from '../terminal/text.ts';
import { checkAgainstTarget } from './target-check.ts';

const EXAMPLE = 'examples/quick-start.yml';
const root = join(import.meta.dirname, '..', '..');

/** `example`: a scenario file, from the project's folder. Resolves with the exit code: that of the run, or 3 when its report is not what the target counted. Throws a `LoadstarError`. */
export async function firstRun(open: OpenControlPlane, outputs: RunOutputs, example = EXAMPLE): Promise<number> {
  const { results, messages } = outputs;
  const target = await startPracticeTarget();
  try {
    const { scenario, files } = await readExample(example, target.url);
    say(messages, `Loadstar runs ${example} against its practice target, ${target.url}. Ctrl-C stops it.`);
    messages.write('\n');
    const request = { scenario, files, reportFile: null, outFolder: null, quiet: false };
    const { report, exitCode } = await runLocally(request, open, outputs);
    const counted = (await (await fetch(`${target.url}/__count`)).json()) as CountReport;
    const { matches, words } = checkAgainstTarget(report, counted);
    const mark = matches
      ? results.style.green(results.style.glyphs.pass)
      : results.style.red(results.style.glyphs.fail);
    // With tasks lost the report says itself that it is not whole.
    if (report.tasksLost === 0) say(results, `${mark} ${words}`);
    results.write(nextSteps(example, scenario));
    return exitCode === exitCodes.passed && !matches ? exitCodes.runFailed : exitCode;
  } finally {
    await target.stop();
  }
}

function say(output: Output, words: string): void {
  output.write(`${wrap(words, output.columns() ?? Number.POSITIVE_INFINITY).join('\n')}\n`);
}

async function readExample(
  example: string,
  address: string,
): Promise<{ scenario: Scenario; files: Map<string, Uint8Array> }> {
  const path = resolve(root, example);
  const { scenario, files } = readScenario({ sources: await readSources([path]) });
  const flows = Object.entries(scenario.flows).map(
    ([name, flow]) => [name, { ...flow, defaultAddress: address }] as const,
  );
  return { scenario: { ...scenario, flows: Object.fromEntries(flows) }, files: await readScenarioFiles(files, [path]) };
}

function nextSteps(example: string, scenario: Scenario): string {
  const [flow = 'NAME'] = Object.keys(scenario.flows);
  return `
Next:
  npx loadstar run ${example} --set scenarios.${flow}.default-address=https://your.site
  npx loadstar run --help         all options
  docs/scenarios.md, examples/    all that a scenario can say
`;
}
