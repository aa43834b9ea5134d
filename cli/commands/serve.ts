/** `loadstar serve` */
import { Command } from 'commander';
import type { RunOutputs } from '../run/run-locally.ts';
import { serve } from '../serve/serve.ts';

const help = `
Settings come from config.yaml in the data directory (LOADSTAR_HOME, default .loadstar) and from environment variables:
docs/configuration.md lists them. Ctrl-C cancels all runs and ends their tasks.
`;

/** The command; `onExitCode` gets its outcome. */
export function serveCommand(version: string, outputs: RunOutputs, onExitCode: (exitCode: number) => void): Command {
  return new Command('serve')
    .summary('run the control plane as a server')
    .description('Serves the API on this machine, keeps scenarios and runs, and carries runs out.')
    .option('--practice-target', 'start the practice target too, and show a first run against it on the first start')
    .addHelpText('after', help)
    .action(async ({ practiceTarget = false }: { practiceTarget?: boolean }) => {
      onExitCode(await serve({ practice: practiceTarget, environment: process.env, version }, outputs));
    });
}
