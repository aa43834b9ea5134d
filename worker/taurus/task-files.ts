/** The scenario's files as one task gets them: scripts brought to its share, rows of data dealt. */
import type { Plan, TaskId } from '../../core/plan/plan.ts';
import { taskShare } from '../../core/plan/share.ts';
import { jmxProperties } from '../../core/taurus/jmx-properties.ts';
import { scriptBytes, scriptText } from '../../core/taurus/scripts/script-text.ts';
import { shareJmx } from '../../core/taurus/scripts/share-jmx.ts';
import { partOfRows } from '../../core/taurus/split-rows.ts';
import type { TaurusShare } from '../../core/taurus/task-share.ts';
import type { PlannedTaurus, PlannedTaurusExecution } from '../../core/taurus/taurus-plan.ts';
import { asSecretProperties } from './jmeter-secrets.ts';
import { type WorkFolder, writeWorkFile } from './work-folder.ts';

export interface TaskFilesOptions {
  plan: Plan;
  taurus: PlannedTaurus;
  id: TaskId;
  /** This task's part of each execution. */
  shares: readonly TaurusShare[];
  /** Values by name. */
  secrets: ReadonlyMap<string, string>;
  readFile(path: string): Promise<Uint8Array>;
}

/**
 * Writes all files of the task. The path of each execution's script below the folder of files; null: it has none. Throws
 * `scenario_file_missing`.
 */
export async function writeTaskFiles(folder: WorkFolder, options: TaskFilesOptions): Promise<(string | null)[]> {
  const { id, plan, readFile, shares, taurus } = options;
  const own = taskShare(plan.regions, id);
  const special = new Map(taurus.files.map((file) => [file.path, file]));
  for (const path of taurus.taskFiles) {
    const content = await readFile(path);
    const file = special.get(path);
    if (file?.partition === 'split') await writeWorkFile(folder, path, partOfRows(content, own, file.header));
    else if (file?.partition !== 'unique' || shares[0]?.taskNumber === 0) await writeWorkFile(folder, path, content);
  }
  const scripts: (string | null)[] = [];
  for (const [position, execution] of taurus.executions.entries()) {
    scripts.push(await writeScript(folder, options, execution, position));
  }
  return scripts;
}

/** A JMeter script holds its load: each execution of it has its own copy, beside the original and the files that it names. */
async function writeScript(
  folder: WorkFolder,
  { readFile, secrets, shares, taurus }: TaskFilesOptions,
  { executor, scenario, script }: PlannedTaurusExecution,
  position: number,
): Promise<string | null> {
  const share = shares[position];
  if (script === null || executor !== 'jmeter' || share === undefined || share.isIdle) return script;
  const { text, isUtf8 } = scriptText(await readFile(script));
  const shared = shareJmx(text, share, jmxProperties(taurus, scenario));
  const isUsedAgain = taurus.executions.some((other, i) => i !== position && other.script === script);
  const path = isUsedAgain ? script.replace(/(\.[^./]*)?$/, `-${position}$1`) : script;
  await writeWorkFile(folder, path, scriptBytes(asSecretProperties(shared, secrets), isUtf8));
  return path;
}
