/** What all commands that talk to a server have in common. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { limits } from '../../core/limits.ts';
import { type ApiClient, createApiClient } from '../client/api-client.ts';
import { findConnection } from '../client/connection.ts';
import { createHttp } from '../client/http.ts';
import { allPages } from '../remote/all-pages.ts';
import { writeJson } from '../remote/write-json.ts';
import type { RunOutputs } from '../run/run-locally.ts';
import type { Environment } from '../terminal/style.ts';
import { printable } from '../terminal/text.ts';

/** What a command has of the process that it runs in. */
export interface CliContext {
  outputs: RunOutputs;
  environment: Environment;
  workingFolder: string;
  stdin(): NodeJS.ReadStream;
  /** Gets the outcome of a command; 0 when it is not called. */
  onExitCode(exitCode: number): void;
}

export interface ClientOptions {
  server?: string;
}

export interface ReadingOptions extends ClientOptions {
  output: 'table' | 'json';
}

export function clientCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--server <URL>', 'the server, instead of LOADSTAR_SERVER or the one of the last login');
}

/** A command that prints an answer. */
export function readingCommand(name: string, description: string): Command {
  const formats = new Option('--output <FORMAT>', 'for people or for scripts').choices(['table', 'json']);
  return clientCommand(name, description).addOption(formats.default('table'));
}

export interface PageOptions extends ReadingOptions {
  limit?: number;
  cursor?: string;
  all?: boolean;
}

/** A command that prints a list. */
export function listCommand(name: string, description: string): Command {
  return readingCommand(name, description)
    .option('--limit <N>', `items of a page, at most ${limits.pageItemsMax}`, readLimit)
    .option('--cursor <CURSOR>', 'go on where a page ended: its nextCursor')
    .addOption(new Option('--all', 'all pages').conflicts(['limit', 'cursor']));
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (/^\d{1,9}$/.test(text) && limit >= 1 && limit <= limits.pageItemsMax) return limit;
  throw new InvalidArgumentError(`A whole number from 1 to ${limits.pageItemsMax} is expected.`);
}

/** For an option that may be given several times. */
export const collect = (value: string, values: string[] = []) => [...values, value];

export async function openClient({ server }: ClientOptions, context: CliContext): Promise<ApiClient> {
  return createApiClient(createHttp(await findConnection(server ?? null, context.environment, context.workingFolder)));
}

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The page that is asked for, or all of them as one. */
export async function printList<Item>(
  { limit, cursor, all = false, output }: PageOptions,
  { outputs }: CliContext,
  read: (page: { limit: number | null; cursor: string | null }) => Promise<Page<Item>>,
  render: (items: Item[]) => string,
): Promise<void> {
  const page = all
    ? await allPages((next) => read({ limit: limits.pageItemsMax, cursor: next }))
    : await read({ limit: limit ?? null, cursor: cursor ?? null });
  print(page, output, outputs, () => render(page.items));
  if (output === 'table' && page.nextCursor !== null) {
    const next = printable(page.nextCursor);
    outputs.messages.write(`There are more: --all lists them, --cursor ${next} goes on.\n`);
  }
}

/** Prints an answer of the server: as it is, or as `render` shows it. */
export function print(answer: unknown, output: 'table' | 'json', { results }: RunOutputs, render: () => string): void {
  if (output === 'json') writeJson(answer, results);
  else results.write(render());
}
