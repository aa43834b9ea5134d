/** The command line as a whole: its commands, and what becomes of every way to end. */
import { Command, CommanderError } from 'commander';
import { exitCodes } from '../core/errors.ts';
import type { CliContext } from './commands/client-command.ts';
import { enginesCommand } from './commands/engines.ts';
import { loginCommand, logoutCommand } from './commands/login.ts';
import { regionsCommand } from './commands/regions.ts';
import { runCommand } from './commands/run.ts';
import { runsCommand } from './commands/runs.ts';
import { scenariosCommand } from './commands/scenarios.ts';
import { secretsCommand } from './commands/secrets.ts';
import { serveCommand } from './commands/serve.ts';
import { tokensCommand, whoamiCommand } from './commands/tokens.ts';
import { tryCommand } from './commands/try.ts';
import { usersCommand } from './commands/users.ts';
import type { OpenControlPlane } from './run/control-plane.ts';
import type { RunOutputs } from './run/run-locally.ts';
import { exitCodeOfError, renderError } from './terminal/render-error.ts';
import { loadstarVersion } from './version.ts';

/** What a command line has of its process. */
type World = Pick<CliContext, 'environment' | 'workingFolder' | 'stdin'>;

const ownProcess: World = {
  environment: process.env,
  workingFolder: process.cwd(),
  stdin: () => process.stdin,
};

/** Runs a command line (without the program's name) and resolves with its exit code. Never throws. */
export async function runProgram(
  args: string[],
  open: OpenControlPlane,
  outputs: RunOutputs,
  world: World = ownProcess,
): Promise<number> {
  let exitCode: number = exitCodes.passed;
  const program = new Command('loadstar')
    .description('Distributed load testing with one exact report.')
    .version(loadstarVersion(), '--version', 'print the version')
    .showHelpAfterError('(loadstar --help, loadstar run --help)');
  const onExitCode = (code: number) => {
    exitCode = code;
  };
  const context = { ...world, outputs, onExitCode };
  const commands = [
    runCommand(open, context),
    tryCommand(context),
    serveCommand(loadstarVersion(), outputs, onExitCode),
    loginCommand(context),
    logoutCommand(context),
    whoamiCommand(context),
    scenariosCommand(context),
    runsCommand(context),
    regionsCommand(context),
    enginesCommand(context),
    usersCommand(context),
    tokensCommand(context),
    secretsCommand(context),
  ];
  for (const command of commands) program.addCommand(command);
  settle(program, outputs);
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

/** All commands print where we say, and end by throwing. */
function settle(command: Command, outputs: RunOutputs): void {
  command
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: outputs.results.write,
      writeErr: outputs.messages.write,
      getOutHelpWidth: () => Math.min(100, outputs.results.columns() ?? 80),
    });
  for (const inner of command.commands) settle(inner, outputs);
}
