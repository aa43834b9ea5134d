/** Opens a page in somebody's browser, if there is one. */
import { spawn } from 'node:child_process';
import type { Environment } from '../terminal/style.ts';

/** `BROWSER` names the program to use; a URL is never seen by a shell. Nothing happens when it cannot be started. */
export function openBrowser(url: string, environment: Environment): void {
  const program = environment.BROWSER || (process.platform === 'darwin' ? 'open' : 'xdg-open');
  try {
    const child = spawn(program, [url], { stdio: 'ignore', detached: true, env: { ...environment } });
    child.on('error', () => {});
    child.unref();
  } catch {
    // The URL is printed too.
  }
}
