/** The scenario's files as one task gets them: scripts brought to its share, rows of data dealt. */
import type { Plan, TaskId } from '../../core/plan/plan.ts';
import { type Share, taskShare } from '../../core/plan/share.ts';
import { jmxProperties } from '../../core/taurus/jmx-properties.ts';
import { shareJmx } from '../../core/taurus/scripts/share-jmx.ts';
import type { TaurusShare } from '../../core/taurus/task-share.ts';
import type { PlannedTaurus, PlannedTaurusExecution } from '../../core/taurus/taurus-plan.ts';
import { type WorkFolder, writeWorkFile } from './work-folder.ts';

const LINE_FEED = 0x0a;

export interface TaskFilesOptions {
  plan: Plan;
  taurus: PlannedTaurus;
  id: TaskId;
  /** This task's part of each execution. */
  shares: readonly TaurusShare[];
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
    if (file?.partition === 'split') await writeWorkFile(folder, path, dealRows(content, own, file.header));
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
  { readFile, shares, taurus }: TaskFilesOptions,
  { executor, scenario, script }: PlannedTaurusExecution,
  position: number,
): Promise<string | null> {
  const share = shares[position];
  if (script === null || executor !== 'jmeter' || share === undefined || share.isIdle) return script;
  const text = new TextDecoder().decode(await readFile(script));
  const shared = shareJmx(text, share, jmxProperties(taurus, scenario));
  const isUsedAgain = taurus.executions.some((other, i) => i !== position && other.script === script);
  const path = isUsedAgain ? script.replace(/(\.[^./]*)?$/, `-${position}$1`) : script;
  await writeWorkFile(folder, path, shared);
  return path;
}

/** The task's own lines, in their order; the first one goes to every task when it names columns. */
export function dealRows(content: Uint8Array, share: Share, hasHeader: boolean): Uint8Array {
  const lines = linesOf(content);
  const header = hasHeader ? lines.slice(0, 1) : [];
  const rows = lines.slice(header.length).filter((line) => line.some((byte) => byte !== LINE_FEED && byte !== 0x0d));
  const own = Array.from({ length: share.countBelow(rows.length) }, (_, i) => rows[share.index(i)]!);
  return Buffer.concat([...header, ...own].map(endedLine));
}

/** Lines with what ends them. */
function linesOf(content: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < content.length; ) {
    const end = content.indexOf(LINE_FEED, from);
    const next = end < 0 ? content.length : end + 1;
    lines.push(content.subarray(from, next));
    from = next;
  }
  return lines;
}

function endedLine(line: Uint8Array): Uint8Array {
  return line.at(-1) === LINE_FEED ? line : Buffer.concat([line, Buffer.from('\n')]);
}
