/** `loadstar run FILE...` */
import { Command } from 'commander';
import { exitCodes } from '../../core/errors.ts';
import { placeScenario } from '../../core/scenario/place-scenario.ts';
import { readScenario } from '../../core/scenario/read-scenario.ts';
import type { OpenControlPlane } from '../run/control-plane.ts';
import { readScenarioFiles, readSources } from '../run/read-sources.ts';
import { type RunOutputs, runLocally } from '../run/run-locally.ts';
import type { Output } from '../terminal/streams.ts';
import { printable } from '../terminal/text.ts';
import { type RawRunOptions, type RunOptions, readRunOptions } from './run-options.ts';

const help = `
FILE is a Taurus file (YAML or JSON). Several files are merged, later ones win.

Exit codes:
  ${exitCodes.passed}    passed: every pass/fail criterion held, or there was none
  ${exitCodes.criterionFailed}    a pass/fail criterion failed
  ${exitCodes.badInput}    bad input: the command line or the scenario
  ${exitCodes.runFailed}    the run failed, or its numbers are invalid
  ${exitCodes.interrupted}  interrupted: the partial report is still written

Examples:
  loadstar run shop.yml
  loadstar run shop.yml --tasks 4 --set execution.0.hold-for=1m --report shop.json
`;

/** The command; `onExitCode` gets its outcome. */
export function runCommand(
  open: OpenControlPlane,
  outputs: RunOutputs,
  onExitCode: (exitCode: number) => void,
): Command {
  const collect = (value: string, values: string[] = []) => [...values, value];
  return new Command('run')
    .summary('run a load test on this machine')
    .description('Runs a load test on this machine, as several tasks, and prints one report of it.')
    .argument('<FILE...>', 'scenario files')
    .option('--tasks <N>', 'tasks in each region, instead of what the scenario says')
    .option('--regions <a,b>', 'regions to run in, instead of what the scenario says')
    .option('--set <key=value>', 'change a setting of the scenario (repeatable)', collect)
    .option('--report <OUT.json>', 'write the report as JSON')
    .option('--out <DIR>', 'keep the whole run folder in a new folder')
    .option('--quiet', 'print only errors and the verdict')
    .addHelpText('after', help)
    .action(async (files: string[], options: RawRunOptions) => onExitCode(await run(files, options, open, outputs)));
}

async function run(paths: string[], raw: RawRunOptions, open: OpenControlPlane, outputs: RunOutputs): Promise<number> {
  const [options, sources] = await allOf([readRunOptions(raw), readSources(paths)]);
  const { scenario, warnings, files } = readScenario({ sources, overrides: options.overrides });
  const placed = placeScenario(scenario, placement(options));
  const contents = await readScenarioFiles(files, paths);
  if (!options.quiet) for (const warning of warnings) warn(warning, outputs.messages);
  const { exitCode } = await runLocally({ ...options, scenario: placed, files: contents }, open, outputs);
  return exitCode;
}

function warn(text: string, { write, style }: Output): void {
  write(`${style.yellow('warning')}  ${printable(text)}\n`);
}

/** Like `Promise.all`, but when several fail it throws all their errors as one. */
async function allOf<A, B>(promises: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  const settled = await Promise.allSettled(promises);
  const errors = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 1) throw new AggregateError(errors);
  return Promise.all(promises);
}

function placement({ tasks, regions }: RunOptions): { tasks?: number; regions?: string[] } {
  return { ...(tasks === null ? {} : { tasks }), ...(regions === null ? {} : { regions }) };
}
