/** `loadstar tokens` and `loadstar whoami` */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Role, roles, TOKEN_DAYS_MAX } from '../../core/api/identity.ts';
import { tokenTable } from '../remote/user-tables.ts';
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

const DAYS_DEFAULT = 90;

const help = `
API tokens are for pipelines, which set LOADSTAR_SERVER and LOADSTAR_TOKEN. A token never gives more than its owner has.

Examples:
  loadstar tokens create --name nightly --role editor --days 30
  loadstar tokens revoke token-20260131-235959-4f2a9c01
`;

export function tokensCommand(context: CliContext): Command {
  return new Command('tokens')
    .summary('API tokens, for pipelines')
    .description('API tokens of yours on a server.')
    .addHelpText('after', help)
    .addCommand(list(context))
    .addCommand(create(context))
    .addCommand(revoke(context));
}

function list(context: CliContext): Command {
  return listCommand('list', 'Lists your tokens, newest first.')
    .option('--everybody', "everybody's; for administrators")
    .action(async (options: PageOptions & { everybody?: boolean }) => {
      const client = await openClient(options, context);
      const of = options.everybody ? 'everybody' : 'me';
      const read = (page: { limit: number | null; cursor: string | null }) => client.listTokens({ of, ...page });
      await printList(options, context, read, (items) => tokenTable(items, context.outputs.results));
    });
}

function create(context: CliContext): Command {
  return readingCommand('create', 'Makes a token and prints it, this once.')
    .requiredOption('--name <NAME>', 'what it is for')
    .addOption(
      new Option('--role <ROLE>', 'what it may do: at most what you may, which is the default').choices([...roles]),
    )
    .option('--days <N>', 'how long it is valid', readDays, DAYS_DEFAULT)
    .action(async (options: ReadingOptions & { name: string; role?: Role; days: number }) => {
      const client = await openClient(options, context);
      const { name, role, days } = options;
      const wanted = { name, expiresInDays: days, ...(role === undefined ? {} : { role }) };
      const made = await client.createToken(wanted);
      // Alone, so that it can be taken into a variable.
      print(made, options.output, context.outputs, () => `${printable(made.token)}\n`);
      if (options.output === 'table') {
        const until = made.expiresAt.slice(0, 10);
        context.outputs.messages.write(`This token is shown once. It is ${made.role} until ${printable(until)}.\n`);
      }
    });
}

function revoke(context: CliContext): Command {
  return clientCommand('revoke', 'Takes a token back.')
    .argument('<TOKEN-ID>')
    .action(async (id: string, options: ClientOptions) => {
      await (await openClient(options, context)).revokeToken(id);
      context.outputs.results.write(`revoked ${printable(id)}\n`);
    });
}

function readDays(text: string): number {
  const days = Number(text);
  if (/^\d{1,4}$/.test(text) && days >= 1 && days <= TOKEN_DAYS_MAX) return days;
  throw new InvalidArgumentError(`A whole number from 1 to ${TOKEN_DAYS_MAX} is expected.`);
}

export function whoamiCommand(context: CliContext): Command {
  return readingCommand('whoami', 'Says who you are on a server, and what you may do there.').action(
    async (options: ReadingOptions) => {
      const client = await openClient(options, context);
      const me = await client.me();
      const who = me.email ?? me.name;
      const how = me.tokenId === null ? '' : ' by an API token';
      print(me, options.output, context.outputs, () => `${printable(who)}: ${me.role}${how}, on ${client.server}\n`);
    },
  );
}
