/** `loadstar try FILE...` */
import { Command } from 'commander';
import { hasTrialFailed } from '../../core/api/trials.ts';
import { exitCodes } from '../../core/errors.ts';
import { readScenario } from '../../core/scenario/read-scenario.ts';
import { tryHere } from '../../server/main/local-trials.ts';
import { writeJson } from '../remote/write-json.ts';
import { readScenarioFiles, readSources } from '../run/read-sources.ts';
import { listenForInterrupts } from '../terminal/interrupts.ts';
import { renderTrial } from '../try/render-trial.ts';
import { type CliContext, collect } from './client-command.ts';
import { readOverrides } from './run-options.ts';

const help = `
FILE is a Taurus file (YAML or JSON). Several files are merged, later ones win.
Think-times are cut to 1 s, loops are left after 5 rounds, all of it ends after 60 s.

Exit codes: 0 all went well; 1 a step failed, or not all was tried; 2 bad input; 3 it could not be tried; 130 interrupted.
`;

interface RawOptions {
  set?: string[];
  json?: boolean;
}

export function tryCommand(context: CliContext): Command {
  return new Command('try')
    .summary('walk a scenario once, and show every request and response')
    .description(
      'Has one user on this machine walk each flow of a scenario once, and shows every request and response.',
    )
    .argument('<FILE...>', 'scenario files')
    .option('--set <key=value>', 'change a setting of the scenario (repeatable)', collect)
    .option('--json', 'print all that is known, as JSON')
    .addHelpText('after', help)
    .action(async (files: string[], raw: RawOptions) => context.onExitCode(await tryFiles(files, raw, context)));
}

async function tryFiles(paths: string[], raw: RawOptions, { environment, outputs }: CliContext): Promise<number> {
  const overrides = readOverrides(raw.set ?? []);
  const { scenario, files: named } = readScenario({ sources: await readSources(paths), overrides, nowMs: Date.now() });
  const files = await readScenarioFiles(named, paths);
  const interrupted = new AbortController();
  const stopListening = listenForInterrupts(() => interrupted.abort());
  try {
    const trial = await tryHere({ scenario, files, environment }, interrupted.signal);
    if (raw.json === true) writeJson(trial, outputs.results);
    else outputs.results.write(renderTrial(trial, outputs.results.style));
    return hasTrialFailed(trial) ? exitCodes.criterionFailed : exitCodes.passed;
  } catch (error) {
    if (interrupted.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    stopListening();
  }
}
