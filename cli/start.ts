/** The program behind `npm start`. */
import { firstRun } from './first-run/first-run.ts';
import { openLocal } from './run/open-local.ts';
import { exitCodeOfError, renderError } from './terminal/render-error.ts';
import { outputTo } from './terminal/streams.ts';

const outputs = { results: outputTo(process.stdout), messages: outputTo(process.stderr) };
try {
  process.exitCode = await firstRun(openLocal, outputs);
} catch (error) {
  outputs.messages.write(renderError(error, outputs.messages.style));
  process.exitCode = exitCodeOfError(error);
}
