/** The program behind `npm start`: the control plane with the practice target, and a first run on the first start. */
import { serve } from './serve/serve.ts';
import { exitCodeOfError, renderError } from './terminal/render-error.ts';
import { outputTo } from './terminal/streams.ts';
import { loadstarVersion } from './version.ts';

const outputs = { results: outputTo(process.stdout), messages: outputTo(process.stderr) };
try {
  process.exitCode = await serve({ practice: true, environment: process.env, version: loadstarVersion() }, outputs);
} catch (error) {
  outputs.messages.write(renderError(error, outputs.messages.style));
  process.exitCode = exitCodeOfError(error);
}
