/** The program `loadstar`. Runs on Node 24; `cli/bin/loadstar.js` finds it. */
import { runProgram } from './program.ts';
import { openLocal } from './run/open-local.ts';
import { outputTo } from './terminal/streams.ts';

process.exitCode = await runProgram(process.argv.slice(2), openLocal, {
  results: outputTo(process.stdout),
  messages: outputTo(process.stderr),
});
