/** `loadstar runs start`, and what `loadstar run --server` does once the server has the scenario. */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { StartRun } from '../../core/api/scenarios.ts';
import type { ApiClient } from '../client/api-client.ts';
import { retrying } from '../client/retry.ts';
import { findScenarioId } from '../remote/find-scenario.ts';
import { runDetails } from '../remote/tables.ts';
import { waitForRun } from '../remote/wait-for-run.ts';
import { type CliContext, openClient, print, type ReadingOptions, readingCommand } from './client-command.ts';
import { exitCodesHelp } from './exit-codes-help.ts';
import { type RunOptions, readRunOptions } from './run-options.ts';

const START_GIVE_UP_AFTER_MS = 15_000;

const help = `
SCENARIO is the id of a scenario, or its name when no other has it.
With --wait it shows the progress, then the summary (with --output json the report), and ends as loadstar run does:
Ctrl-C cancels the run and waits for its report, a second one leaves at once.
${exitCodesHelp}`;

interface StartOptions extends ReadingOptions {
  tasks?: string;
  regions?: string;
  report?: string;
  quiet?: boolean;
  wait?: boolean;
}

export function startCommand(context: CliContext): Command {
  return readingCommand('start', 'Starts a run of a scenario.')
    .argument('<SCENARIO>', 'id or name')
    .option('--tasks <N>', 'tasks in each region, instead of what the scenario says')
    .option('--regions <a,b>', 'regions to run in, instead of what the scenario says')
    .option('--wait', 'wait for its end, and print its report')
    .option('--report <OUT.json>', 'write the report as JSON (with --wait)')
    .option('--quiet', 'print only errors and the verdict (with --wait)')
    .addHelpText('after', help)
    .action((idOrName: string, options: StartOptions) => start(idOrName, options, context));
}

async function start(idOrName: string, raw: StartOptions, context: CliContext): Promise<void> {
  const options = await readRunOptions(raw);
  const client = await openClient(raw, context);
  const begin = createStart(client, () => findScenarioId(client, idOrName), options);
  if (raw.wait) {
    const { reportFile, quiet } = options;
    const request = { client, begin, onInterrupt: 'cancel', reportFile, quiet, json: raw.output === 'json' } as const;
    context.onExitCode(await waitForRun(request, context.outputs));
    return;
  }
  const run = await begin();
  print(run, raw.output, context.outputs, () => runDetails(run, context.outputs.results));
}

/** Starts one run, however often an answer is lost on the way: all tries have the same key. */
export function createStart(
  client: ApiClient,
  findScenario: () => Promise<string>,
  { tasks, regions }: Pick<RunOptions, 'tasks' | 'regions'>,
) {
  const key = randomUUID();
  const placement: StartRun = { ...(tasks === null ? {} : { tasks }), ...(regions === null ? {} : { regions }) };
  return async () => {
    const scenarioId = await findScenario();
    const options = { giveUpAfterMs: START_GIVE_UP_AFTER_MS };
    return retrying(() => client.startRun(scenarioId, placement, key), options);
  };
}
