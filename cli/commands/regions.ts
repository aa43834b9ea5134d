/** `loadstar regions` */
import { Command } from 'commander';
import { regionTable } from '../remote/tables.ts';
import { type CliContext, openClient, print, type ReadingOptions, readingCommand } from './client-command.ts';

export function regionsCommand(context: CliContext): Command {
  const list = readingCommand('list', 'Lists where tasks can run, and how many.').action(
    async (options: ReadingOptions) => {
      const regions = await (await openClient(options, context)).listRegions();
      const { outputs } = context;
      print(regions, options.output, outputs, () => regionTable(regions.items, outputs.results));
    },
  );
  return new Command('regions')
    .summary("a server's regions")
    .description('Where a server can run tasks.')
    .addCommand(list);
}
