/** `loadstar runs` */
import { Command, Option } from 'commander';
import { phases } from '../../core/run/run.ts';
import { findScenarioId } from '../remote/find-scenario.ts';
import { runDetails, runTable } from '../remote/tables.ts';
import { waitForRun } from '../remote/wait-for-run.ts';
import { writeJson } from '../remote/write-json.ts';
import { renderSummary } from '../summary/summary.ts';
import { printable } from '../terminal/text.ts';
import {
  type CliContext,
  type ClientOptions,
  clientCommand,
  listCommand,
  openClient,
  type PageOptions,
  print,
  printList,
  type ReadingOptions,
  readingCommand,
} from './client-command.ts';
import { downloadCommand } from './runs-download.ts';
import { startCommand } from './runs-start.ts';

const help = `
Examples:
  loadstar runs start shop --wait
  loadstar runs list --scenario shop --phase running
  loadstar runs report RUN --output json
`;

export function runsCommand(context: CliContext): Command {
  return new Command('runs')
    .summary("a server's runs")
    .description('Runs of the scenarios that a server keeps.')
    .addHelpText('after', help)
    .addCommand(list(context))
    .addCommand(get(context))
    .addCommand(startCommand(context))
    .addCommand(cancel(context))
    .addCommand(report(context))
    .addCommand(follow(context))
    .addCommand(downloadCommand(context))
    .addCommand(remove(context));
}

function list(context: CliContext): Command {
  return listCommand('list', 'Lists runs, newest first.')
    .option('--scenario <SCENARIO>', 'only those of this scenario: its id, or its name when no other has it')
    .addOption(new Option('--phase <PHASE>', 'only those in this phase').choices(phases))
    .action(async (options: PageOptions & { scenario?: string; phase?: string }) => {
      const client = await openClient(options, context);
      const { scenario, phase = null } = options;
      const scenarioId = scenario === undefined ? null : await findScenarioId(client, scenario);
      const read = (page: { limit: number | null; cursor: string | null }) =>
        client.listRuns({ scenarioId, phase, ...page });
      await printList(options, context, read, (items) => runTable(items, context.outputs.results));
    });
}

function get(context: CliContext): Command {
  return readingCommand('get', 'Shows one run: its phase, its place in the queue, what it does now.')
    .argument('<RUN>', 'id')
    .action(async (id: string, options: ReadingOptions) => {
      const run = await (await openClient(options, context)).getRun(id);
      print(run, options.output, context.outputs, () => runDetails(run, context.outputs.results));
    });
}

function cancel(context: CliContext): Command {
  return readingCommand('cancel', 'Cancels a run; what it measured until then is reported.')
    .argument('<RUN>', 'id')
    .action(async (id: string, options: ReadingOptions) => {
      const run = await (await openClient(options, context)).cancelRun(id);
      print(run, options.output, context.outputs, () => `${printable(run.id)} is being cancelled\n`);
    });
}

function report(context: CliContext): Command {
  return readingCommand('report', 'Prints the report of a run that has ended.')
    .argument('<RUN>', 'id')
    .option('--json', 'the same as --output json')
    .action(async (id: string, options: ReadingOptions & { json?: boolean }) => {
      const { results } = context.outputs;
      const made = await (await openClient(options, context)).getReport(id);
      if (options.json || options.output === 'json') writeJson(made, results);
      else results.write(renderSummary(made, { columns: results.columns(), style: results.style, written: [] }));
    });
}

const followHelp = `
Ends with the summary and the exit code of the run, as loadstar run does. Ctrl-C only stops following: the run goes on.
`;

function follow(context: CliContext): Command {
  return readingCommand('follow', 'Shows the progress of a run until it ends.')
    .argument('<RUN>', 'id')
    .option('--quiet', 'print only errors and the verdict')
    .addHelpText('after', followHelp)
    .action(async (id: string, options: ReadingOptions & { quiet?: boolean }) => {
      const client = await openClient(options, context);
      const { quiet = false, output } = options;
      const begin = () => client.getRun(id);
      const request = {
        client,
        begin,
        onInterrupt: 'leave',
        reportFile: null,
        quiet,
        json: output === 'json',
      } as const;
      context.onExitCode(await waitForRun(request, context.outputs));
    });
}

function remove(context: CliContext): Command {
  return clientCommand('delete', 'Deletes a run that has ended, with all that it left.')
    .argument('<RUN>', 'id')
    .action(async (id: string, options: ClientOptions) => {
      await (await openClient(options, context)).deleteRun(id);
      context.outputs.results.write(`deleted ${printable(id)}\n`);
    });
}
