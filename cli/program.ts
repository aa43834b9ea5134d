/** The command line as a whole: its commands, and what becomes of every way to end. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { exitCodes } from '../core/errors.ts';
import { runCommand } from './commands/run.ts';
import { serveCommand } from './commands/serve.ts';
import type { OpenControlPlane } from './run/control-plane.ts';
import type { RunOutputs } from './run/run-locally.ts';
import { exitCodeOfError, renderError } from './terminal/render-error.ts';

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return String(JSON.parse(text).version);
}

/** Runs a command line (without the program's name) and resolves with its exit code. Never throws. */
export async function runProgram(args: string[], open: OpenControlPlane, outputs: RunOutputs): Promise<number> {
  let exitCode: number = exitCodes.passed;
  const program = new Command('loadstar')
    .description('Distributed load testing with one exact report.')
    .version(version(), '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .showHelpAfterError('(loadstar --help, loadstar run --help)');
  const onExitCode = (code: number) => {
    exitCode = code;
  };
  const commands = [runCommand(open, outputs, onExitCode), serveCommand(version(), outputs, onExitCode)];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) {
    command
      .helpOption('--help', 'print this help')
      .exitOverride()
      .configureOutput({
        writeOut: outputs.results.write,
        writeErr: outputs.messages.write,
        getOutHelpWidth: () => Math.min(100, outputs.results.columns() ?? 80),
      });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // commander has printed it already; without a command it prints the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.badInput;
    outputs.messages.write(renderError(error, outputs.messages.style));
    return exitCodeOfError(error);
  }
  return exitCode;
}
