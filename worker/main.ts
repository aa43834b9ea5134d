/**
 * The program of a task, with the native engine.
 *
 *     node worker/main.ts --run-folder file:///... --region local --task 0
 *
 * The environment may say the same: LOADSTAR_RUN_FOLDER, LOADSTAR_REGION, LOADSTAR_TASK (arguments win), LOADSTAR_RUN_TOKEN.
 * Exit codes: 0 delivered, also when it was stopped; 1 failed, after delivering what it could; 2 wrong arguments.
 * SIGTERM and SIGINT stop the load and deliver; a second one ends at once.
 */
import { createNativeEngine } from './native/native-engine.ts';
import { runProgram } from './program.ts';

const exitCode = await runProgram(createNativeEngine);
// Sockets and timers that an engine left behind must not keep the task alive.
process.exit(exitCode);
