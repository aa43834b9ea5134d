/** `loadstar secrets` */
import { Command } from 'commander';
import { LoadstarError } from '../../core/errors.ts';
import { secretTable } from '../remote/secret-table.ts';
import { readSecret } from '../terminal/read-secret.ts';
import { printable } from '../terminal/text.ts';
import {
  type CliContext,
  type ClientOptions,
  clientCommand,
  openClient,
  print,
  type ReadingOptions,
  readingCommand,
} from './client-command.ts';

const help = `
A scenario names a secret in any text of it: \${secrets.API_KEY}. Its value reaches the load generators, and no log, plan, artifact or report.
Without a server, loadstar run takes it from the environment: LOADSTAR_SECRET_API_KEY.

Examples:
  loadstar secrets set API_KEY < key.txt
  loadstar secrets list
`;

export function secretsCommand(context: CliContext): Command {
  return new Command('secrets')
    .summary('secrets that scenarios name')
    .description('Secrets on a server: they are written, and never read.')
    .addHelpText('after', help)
    .addCommand(list(context))
    .addCommand(set(context))
    .addCommand(remove(context));
}

function list(context: CliContext): Command {
  return readingCommand('list', 'Lists the names of all secrets.').action(async (options: ReadingOptions) => {
    const page = await (await openClient(options, context)).listSecrets();
    print(page, options.output, context.outputs, () => secretTable(page.items, context.outputs.results));
  });
}

function set(context: CliContext): Command {
  return clientCommand('set', 'Stores a value, which is typed without being shown, or read from a pipe.')
    .argument('<NAME>')
    .action(async (name: string, options: ClientOptions) => {
      const client = await openClient(options, context);
      const value = await readSecret(`Value of ${printable(name)}: `, context.stdin(), context.outputs.messages);
      if (value === null || value === '') throw new LoadstarError('option_invalid', 'No value was given.');
      await client.putSecret(name, value);
      context.outputs.results.write(`stored ${printable(name)}\n`);
    });
}

function remove(context: CliContext): Command {
  return clientCommand('delete', 'Deletes a secret: scenarios that name it cannot start any more.')
    .argument('<NAME>')
    .action(async (name: string, options: ClientOptions) => {
      await (await openClient(options, context)).deleteSecret(name);
      context.outputs.results.write(`deleted ${printable(name)}\n`);
    });
}
