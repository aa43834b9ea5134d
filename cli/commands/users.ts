/** `loadstar users` */
import { Command, Option } from 'commander';
import { type IssuedLink, type Role, roles, type UserResource } from '../../core/api/identity.ts';
import { LoadstarError } from '../../core/errors.ts';
import type { ApiClient } from '../client/api-client.ts';
import { allPages } from '../remote/all-pages.ts';
import { userTable } from '../remote/user-tables.ts';
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

const help = `
USER is an email address or an id. All of this is for administrators. docs/sign-in.md says what each role may do.

Examples:
  loadstar users invite grace@example.com --role editor
  loadstar users disable grace@example.com
`;

const roleOption = () => new Option('--role <ROLE>', 'what the user may do').choices([...roles]);

export function usersCommand(context: CliContext): Command {
  return new Command('users')
    .summary("a server's users")
    .description('Who may sign in to a server, and what they may do.')
    .addHelpText('after', help)
    .addCommand(list(context))
    .addCommand(invite(context))
    .addCommand(change(context))
    .addCommand(switching('disable', 'Signs a user out and keeps them out.', true, context))
    .addCommand(switching('enable', 'Lets a user in again.', false, context))
    .addCommand(link(context))
    .addCommand(remove(context));
}

function list(context: CliContext): Command {
  return listCommand('list', 'Lists users, newest first.').action(async (options: PageOptions) => {
    const client = await openClient(options, context);
    await printList(options, context, client.listUsers, (items) => userTable(items, context.outputs.results));
  });
}

function invite(context: CliContext): Command {
  return readingCommand('invite', 'Invites somebody, by a link that works once.')
    .argument('<EMAIL>')
    .addOption(roleOption().makeOptionMandatory())
    .option('--name <NAME>', 'what to call them')
    .action(async (email: string, options: ReadingOptions & { role: Role; name?: string }) => {
      const client = await openClient(options, context);
      const { role, name } = options;
      const invited = await client.inviteUser({ email, role, ...(name === undefined ? {} : { name }) });
      print(invited, options.output, context.outputs, () => wordsOf(invited.user, invited));
    });
}

function change(context: CliContext): Command {
  return readingCommand('change', 'Gives a user another role or name.')
    .argument('<USER>')
    .addOption(roleOption())
    .option('--name <NAME>', 'what to call them')
    .action(async (user: string, options: ReadingOptions & { role?: Role; name?: string }) => {
      const client = await openClient(options, context);
      const { role, name } = options;
      const { id } = await findUser(client, user);
      const wanted = { ...(role === undefined ? {} : { role }), ...(name === undefined ? {} : { name }) };
      const changed = await client.changeUser(id, wanted);
      print(changed, options.output, context.outputs, () => userTable([changed], context.outputs.results));
    });
}

function switching(name: string, description: string, isDisabled: boolean, context: CliContext): Command {
  return readingCommand(name, description)
    .argument('<USER>')
    .action(async (user: string, options: ReadingOptions) => {
      const client = await openClient(options, context);
      const changed = await client.changeUser((await findUser(client, user)).id, { isDisabled });
      print(changed, options.output, context.outputs, () => userTable([changed], context.outputs.results));
    });
}

function link(context: CliContext): Command {
  return readingCommand('link', 'Makes a link by which a user chooses a (new) password.')
    .argument('<USER>')
    .action(async (user: string, options: ReadingOptions) => {
      const client = await openClient(options, context);
      const found = await findUser(client, user);
      const made = await client.makeSignInLink(found.id);
      print(made, options.output, context.outputs, () => wordsOf(found, made));
    });
}

function remove(context: CliContext): Command {
  return clientCommand('delete', 'Removes a user with all tokens.')
    .argument('<USER>')
    .action(async (user: string, options: ClientOptions) => {
      const client = await openClient(options, context);
      const { id } = await findUser(client, user);
      await client.deleteUser(id);
      context.outputs.results.write(`deleted ${printable(id)}\n`);
    });
}

/** Throws `not_found`. */
async function findUser(client: ApiClient, wanted: string): Promise<UserResource> {
  const { items } = await allPages((cursor) => client.listUsers({ cursor }));
  const found = items.find(({ id, email }) => id === wanted || email === wanted.toLowerCase());
  if (found === undefined) throw new LoadstarError('not_found', `There is no user ${wanted}.`);
  return found;
}

function wordsOf({ email }: UserResource, { link }: IssuedLink): string {
  if (link === null) return `${printable(email)} gets a mail that says how to choose a password.\n`;
  const { url, expiresAt, isMailed } = link;
  const until = expiresAt.slice(0, 16).replace('T', ' ');
  const how = isMailed ? 'A link was mailed to' : 'Give this link to';
  return `${how} ${printable(email)}; it works once, until ${until} UTC:\n${printable(url)}\n`;
}
