/** Which Loadstar this is. */
import { readFileSync } from 'node:fs';

export function loadstarVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return String(JSON.parse(text).version);
}
