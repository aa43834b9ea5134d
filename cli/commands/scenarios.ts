/** `loadstar scenarios` */
import { Command, Option } from 'commander';
import type { ScenarioResource } from '../../core/api/scenarios.ts';
import { findScenarioId } from '../remote/find-scenario.ts';
import { readDocument } from '../remote/read-document.ts';
import { applyScenario } from '../remote/store-scenario.ts';
import { scenarioDetails, scenarioTable } from '../remote/tables.ts';
import type { Output } from '../terminal/streams.ts';
import { printable } from '../terminal/text.ts';
import {
  type CliContext,
  type ClientOptions,
  clientCommand,
  collect,
  listCommand,
  openClient,
  type PageOptions,
  print,
  printList,
  type ReadingOptions,
  readingCommand,
} from './client-command.ts';
import { readOverrides } from './run-options.ts';
import { createCommand, uploadCommand } from './scenario-uploads.ts';
import { nameAndId, printWarnings } from './stored-scenario.ts';

const help = `
SCENARIO is the id of a scenario, or its name when no other has it. FILE is a Taurus file; several are merged, later ones
win. Files that it names (body-file) are sent along. Scripts and zips become scenarios with create.

Examples:
  loadstar scenarios apply shop.yml
  loadstar scenarios create shop.jmx --concurrency 50 --hold-for 10m
  loadstar scenarios create tests.zip --main load.js
  loadstar scenarios upload Shop users.csv --as data/users.csv
  loadstar scenarios list --tag nightly --output json
`;

interface ListOptions extends PageOptions {
  search?: string;
  tag?: string[];
  sort?: string;
}

interface StoreOptions extends ReadingOptions {
  set?: string[];
}

const sorts = ['name', '-name', 'createdAt', '-createdAt', 'updatedAt', '-updatedAt'];

export function scenariosCommand(context: CliContext): Command {
  return new Command('scenarios')
    .summary("a server's scenarios")
    .description('Scenarios that a server keeps.')
    .addHelpText('after', help)
    .addCommand(list(context))
    .addCommand(get(context))
    .addCommand(createCommand(context))
    .addCommand(apply(context))
    .addCommand(uploadCommand(context))
    .addCommand(copy(context))
    .addCommand(remove(context));
}

function list(context: CliContext): Command {
  return listCommand('list', 'Lists scenarios.')
    .option('--search <TEXT>', 'only those with this text in their name')
    .option('--tag <TAG>', 'only those with this tag (repeatable: with all of them)', collect)
    .addOption(new Option('--sort <FIELD>', 'order; - in front turns it round').choices(sorts))
    .action(async (options: ListOptions) => {
      const client = await openClient(options, context);
      const { search = null, tag = [], sort = null } = options;
      const read = (page: { limit: number | null; cursor: string | null }) =>
        client.listScenarios({ search, tag, sort, ...page });
      await printList(options, context, read, (items) => scenarioTable(items, context.outputs.results));
    });
}

function get(context: CliContext): Command {
  return readingCommand('get', 'Shows one scenario.')
    .argument('<SCENARIO>', 'id or name')
    .addOption(new Option('--text', 'print the file itself, as it was written').conflicts('output'))
    .action(async (idOrName: string, options: ReadingOptions & { text?: boolean }) => {
      const client = await openClient(options, context);
      const scenario = await client.getScenario(await findScenarioId(client, idOrName));
      const { results } = context.outputs;
      if (options.text) results.write(fileText(scenario, results));
      else print(scenario, options.output, context.outputs, () => scenarioDetails(scenario, results));
    });
}

/** In a pipe byte by byte; on a terminal without what it would obey. */
function fileText({ text }: ScenarioResource, { isTty }: Output): string {
  if (!isTty) return text;
  return text
    .split('\n')
    .map((line) => line.replace(/^\s*/, '') && `${/^ */.exec(line)?.[0] ?? ''}${printable(line)}`)
    .join('\n');
}

function apply(context: CliContext): Command {
  return readingCommand('apply', 'Stores files as a scenario: replaces the one of the same name, else creates it.')
    .argument('<FILE...>', 'scenario files')
    .option('--set <key=value>', 'change a setting of the scenario (repeatable)', collect)
    .action(async (paths: string[], options: StoreOptions) => {
      const { outputs } = context;
      const local = await readDocument(paths, readOverrides(options.set ?? []));
      const { scenario, outcome } = await applyScenario(await openClient(options, context), local);
      print(scenario, options.output, outputs, () => `${outcome} ${nameAndId(scenario)}\n`);
      printWarnings(scenario, outputs);
    });
}

function copy(context: CliContext): Command {
  return readingCommand('copy', 'Copies a scenario with its files.')
    .argument('<SCENARIO>', 'id or name')
    .option('--name <NAME>', 'name of the copy')
    .action(async (idOrName: string, options: ReadingOptions & { name?: string }) => {
      const client = await openClient(options, context);
      const scenario = await client.copyScenario(await findScenarioId(client, idOrName), options.name ?? null);
      print(scenario, options.output, context.outputs, () => `created ${nameAndId(scenario)}\n`);
    });
}

function remove(context: CliContext): Command {
  return clientCommand('delete', 'Deletes a scenario with its files; its runs stay.')
    .argument('<SCENARIO>', 'id or name')
    .action(async (idOrName: string, options: ClientOptions) => {
      const client = await openClient(options, context);
      const id = await findScenarioId(client, idOrName);
      await client.deleteScenario(id);
      context.outputs.results.write(`deleted ${printable(id)}\n`);
    });
}
