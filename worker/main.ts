/**
 * The program of a task, with the engine that its plan asks for.
 *
 *     node worker/main.ts --run-folder file:///... --region local --task 0
 *
 * The environment may say the same: LOADSTAR_RUN_FOLDER, LOADSTAR_REGION, LOADSTAR_TASK (arguments win), LOADSTAR_RUN_TOKEN.
 * LOADSTAR_RUN_ID: the run that each printed line names, where tasks of other runs print to the same log.
 * Exit codes: 0 delivered, also when it was stopped; 1 failed, after delivering what it could; 2 wrong arguments.
 * SIGTERM and SIGINT stop the load and deliver; a second one ends at once.
 */
import { enableCompileCache } from 'node:module';
import { compileCacheFolder } from './compile-cache.ts';

// Before anything else is imported: a task would spend a third of a second of CPU on reading its own code. Where the folder cannot be
// written, nothing is kept, and nothing else changes. Whoever can write there can change the code itself.
enableCompileCache(compileCacheFolder);
const { runProgram } = await import('./program.ts');

const exitCode = await runProgram(async (context) => {
  // A task loads the code of its own engine only.
  if (context.plan.taurus === null) {
    const { createNativeEngine } = await import('./native/native-engine.ts');
    return createNativeEngine(context);
  }
  const { taurusEngineIn } = await import('./taurus/taurus-engine.ts');
  return taurusEngineIn(process.env)(context);
});
// Sockets and timers that an engine left behind must not keep the task alive.
process.exit(exitCode);
