/** What the console is told when it starts: the same files serve every platform. */

export interface ConsoleConfig {
  /** OpenID provider that people sign in with. */
  issuer: string;
  clientId: string;
  /** Where the API is; empty: where the console came from. */
  apiUrl: string;
  /** Live data over MQTT on a WebSocket; null where there is none. */
  mqttUrl: string | null;
  version: string;
}

/** Throws an `Error` for people when the control plane cannot be reached or says something else. */
export async function loadConfig(): Promise<ConsoleConfig> {
  const response = await fetch('/config.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`The control plane answered ${response.status} to /config.json.`);
  const told = (await response.json()) as Partial<ConsoleConfig>;
  if (typeof told.issuer !== 'string' || typeof told.clientId !== 'string') {
    throw new Error('/config.json names no issuer and client: the console cannot sign anybody in.');
  }
  return {
    issuer: told.issuer,
    clientId: told.clientId,
    apiUrl: told.apiUrl ?? '',
    mqttUrl: told.mqttUrl ?? null,
    version: told.version ?? '',
  };
}
