import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Loadstar's own version, of the tree that is deployed. */
export function deploymentVersion(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'));
  return String(version);
}
