/** A task's secrets: they came with it, or the control plane gives them to it. They are in no file. */
import { z } from 'zod';
import { LoadstarError } from '../core/errors.ts';
import type { Plan } from '../core/plan/plan.ts';
import { runFolderPaths } from '../core/run-folder/run-folder.ts';
import type { TaskContext } from './task-context.ts';

/** Those that the plan names. Throws `secret_missing` when one is not to be had, `store_failed`. */
export async function readTaskSecrets(
  { folder, secrets }: Pick<TaskContext, 'folder' | 'secrets'>,
  plan: Pick<Plan, 'secrets'>,
): Promise<ReadonlyMap<string, string>> {
  if (plan.secrets.length === 0) return new Map();
  const given = secrets ?? (await askFor(folder));
  const missing = plan.secrets.filter((name) => !given.has(name));
  if (missing.length > 0) {
    throw new LoadstarError('secret_missing', `the task was not given these secrets: ${missing.join(', ')}`);
  }
  return new Map(plan.secrets.map((name) => [name, given.get(name) ?? '']));
}

async function askFor(folder: TaskContext['folder']): Promise<ReadonlyMap<string, string>> {
  const bytes = await folder.read(runFolderPaths.secrets);
  if (bytes === null) return new Map();
  try {
    const content = z.record(z.string(), z.string()).parse(JSON.parse(new TextDecoder().decode(bytes)));
    return new Map(Object.entries(content));
  } catch {
    // What came is not repeated: it may hold some of them.
    throw new LoadstarError('store_failed', 'what the control plane answered for the secrets cannot be read');
  }
}
