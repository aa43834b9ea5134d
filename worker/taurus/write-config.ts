/** Writes Taurus' configuration: it may hold secrets, and is read by nobody but this user. */
import { writeFile } from 'node:fs/promises';
import type { WorkFolder } from './work-folder.ts';

export async function writeConfig({ config }: WorkFolder, content: Record<string, unknown>): Promise<void> {
  await writeFile(config, JSON.stringify(content), { mode: 0o600 });
}
