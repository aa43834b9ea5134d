/** The task's program with a scripted engine, for tests of the process. The environment says how the script differs from the usual. */
import { systemClock } from '../clock.ts';
import { runProgram } from '../program.ts';
import { createScriptedEngine, type Script } from './scripted-engine.ts';

const environment = process.env;
const script: Script = {
  clock: systemClock,
  seconds: Number(environment.SCRIPT_SECONDS ?? 2),
  requestsPerSecond: 50,
  ignoresStop: environment.SCRIPT_IGNORES_STOP === 'yes',
  async prepare() {
    if (environment.SCRIPT_HANGS_PREPARING === 'yes') await new Promise(() => {});
  },
};

const exitCode = await runProgram((context) =>
  createScriptedEngine(
    {
      ...script,
      onSecond() {
        for (let i = 0; i < Number(environment.SCRIPT_LOG_LINES ?? 0); i++) context.log('info', 'x'.repeat(1_000));
        if (environment.SCRIPT_THROWS_UNCAUGHT === 'yes') {
          setImmediate(() => {
            throw new Error('nobody catches this');
          });
        }
      },
    },
    context,
  ),
);
process.exit(exitCode);
