/** What the console is told when it starts: the same files serve every platform. */
import type { ClientConfig } from '../../core/api/identity.ts';

export type ConsoleConfig = ClientConfig;

/** Throws an `Error` for people when the control plane cannot be reached, or says that nobody can sign in from here. */
export async function loadConfig(): Promise<ConsoleConfig> {
  const response = await fetch('/config.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`The control plane answered ${response.status} to /config.json.`);
  const config = (await response.json()) as ConsoleConfig;
  if (config.signIn.problem !== null) throw new Error(config.signIn.problem);
  return config;
}
