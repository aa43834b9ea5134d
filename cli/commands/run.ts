/** `loadstar run FILE...` */
import { Command } from 'commander';
import { LoadstarError } from '../../core/errors.ts';
import { placeScenario } from '../../core/scenario/place-scenario.ts';
import { readScenario } from '../../core/scenario/read-scenario.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import type { FileBodies } from '../../server/verbs/taurus-files.ts';
import { readDocument } from '../remote/read-document.ts';
import { applyScenario } from '../remote/store-scenario.ts';
import { isArchive } from '../remote/upload-script.ts';
import { waitForRun } from '../remote/wait-for-run.ts';
import type { OpenControlPlane } from '../run/control-plane.ts';
import { readArchiveScenario } from '../run/read-archive-scenario.ts';
import { readScenarioFiles, readSources } from '../run/read-sources.ts';
import { type RunOutputs, runLocally } from '../run/run-locally.ts';
import { addCompanions } from '../run/script-companions.ts';
import type { Output } from '../terminal/streams.ts';
import { printable } from '../terminal/text.ts';
import { type CliContext, collect, openClient } from './client-command.ts';
import { exitCodesHelp } from './exit-codes-help.ts';
import { type RawRunOptions, type RunOptions, readRunOptions } from './run-options.ts';
import { createStart } from './runs-start.ts';

const help = `
FILE is a Taurus file (YAML or JSON), a script of JMeter, k6 or Locust, or a zip of a script and what it needs. Several
Taurus files are merged, later ones win. A script keeps the load that it describes, unless options give another.
With --server the scenario of the same name is replaced there, or created; then it runs there.
${exitCodesHelp}
Examples:
  loadstar run shop.yml
  loadstar run shop.yml --tasks 4 --set execution.0.hold-for=1m --report shop.json
  loadstar run shop.jmx --tasks 2 --concurrency 50 --hold-for 5m
  loadstar run tests.zip --main load.js
  loadstar run shop.yml --server https://loadstar.example.com
`;

interface RawOptions extends RawRunOptions {
  server?: string;
  main?: string;
}

export function runCommand(open: OpenControlPlane, context: CliContext): Command {
  return new Command('run')
    .summary('run a load test on this machine, or on a server')
    .description('Runs a load test on this machine, as several tasks, and prints one report of it.')
    .argument('<FILE...>', 'scenario files')
    .option('--tasks <N>', 'tasks in each region, instead of what the scenario says')
    .option('--regions <a,b>', 'regions to run in, instead of what the scenario says')
    .option('--concurrency <N>', 'users, of the first execution')
    .option('--ramp-up <TIME>', 'time in which they come, such as 1m')
    .option('--hold-for <TIME>', 'time for which they stay')
    .option('--set <key=value>', 'change a setting of the scenario (repeatable)', collect)
    .option('--report <OUT.json>', 'write the report as JSON')
    .option('--out <DIR>', 'keep the whole run folder in a new folder')
    .option('--quiet', 'print only errors and the verdict')
    .option('--main <PATH>', 'the script to run, when several of a zip could be it')
    .option('--server <URL>', 'run it on a server instead of this machine')
    .addHelpText('after', help)
    .action(async (files: string[], raw: RawOptions) => {
      const { outputs, onExitCode } = context;
      onExitCode(
        raw.server === undefined ? await run(files, raw, open, outputs) : await runOnServer(files, raw, context),
      );
    });
}

async function run(paths: string[], raw: RawOptions, open: OpenControlPlane, outputs: RunOutputs): Promise<number> {
  const { options, scenario, warnings, files } = await readLocal(paths, raw);
  const placed = placeScenario(scenario, placement(options));
  if (!options.quiet) for (const warning of warnings) warn(warning, outputs.messages);
  const { exitCode } = await runLocally({ ...options, scenario: placed, files }, open, outputs);
  return exitCode;
}

async function readLocal(
  paths: string[],
  raw: RawOptions,
): Promise<{ options: RunOptions; scenario: Scenario; warnings: string[]; files: FileBodies }> {
  const [path = ''] = paths;
  if (paths.length === 1 && isArchive(path)) {
    const options = await readRunOptions(raw);
    const { overrides } = options;
    return { options, ...(await readArchiveScenario(path, { main: raw.main ?? null, overrides })) };
  }
  const [options, sources] = await allOf([readRunOptions(raw), readSources(paths)]);
  const read = readScenario({ sources, overrides: options.overrides, nowMs: Date.now() });
  const contents = await readScenarioFiles(read.files, paths);
  await addCompanions(read.scenario, contents, paths);
  return { options, ...read, files: contents };
}

async function runOnServer(paths: string[], raw: RawOptions, context: CliContext): Promise<number> {
  if (raw.out !== undefined) {
    const message = 'is for runs on this machine; loadstar runs download brings what a run on a server left';
    throw new LoadstarError('option_invalid', 'The command line is not valid.', {
      fields: [{ path: '--out', message }],
    });
  }
  if (paths.some(isArchive)) {
    const message = 'is for runs on this machine; store it with loadstar scenarios create, then loadstar runs start';
    throw new LoadstarError('option_invalid', 'The command line is not valid.', {
      fields: [{ path: 'a zip', message }],
    });
  }
  const { outputs } = context;
  const options = await readRunOptions(raw);
  const local = await readDocument(paths, options.overrides);
  const client = await openClient(raw, context);
  const { reportFile, quiet } = options;
  if (!quiet) for (const warning of local.warnings) warn(warning, outputs.messages);
  const store = async () => (await applyScenario(client, local)).scenario.id;
  const begin = createStart(client, store, options);
  return waitForRun({ client, begin, onInterrupt: 'cancel', reportFile, quiet, json: false }, outputs);
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
