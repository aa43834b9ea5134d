/** `npm start`: the console is built when it is not there, then everything starts. */
import { buildConsole } from './build-console.ts';

buildConsole();
await import('../cli/start.ts');
