/** Deletes what is kept no longer: runs that have been over for too long, their artifacts sooner, and the oldest when all takes too much room. */
import { limits } from '../../core/limits.ts';
import { finalPhases, type Run } from '../../core/run/run.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Ports } from '../ports/ports.ts';
import { runFolderPrefix } from '../run-folder/run-folder.ts';
import { deleteRun } from './delete-run.ts';
import { recordAudit } from './record-audit.ts';

const DAY_MS = 24 * 3600 * 1000;
const SYSTEM = { kind: 'system' } as const;

type PrunePorts = Pick<Ports, 'runs' | 'objects' | 'taskResults' | 'audit' | 'nowMs' | 'log'>;

/** What is kept; null: no limit. */
export interface Retention {
  /** Runs, from their end on. */
  keepDays: number | null;
  /** Their artifacts: logs, raw files, whatever their tools wrote. */
  keepArtifactsDays: number | null;
  /** All that runs have left, together: the oldest artifacts go first, then the oldest runs. */
  keepBytes: number | null;
}

export interface Pruned {
  runs: number;
  /** Runs that lost their artifacts alone. */
  artifacts: number;
}

/**
 * In the name of the system. Runs that have not ended are never touched. What cannot be deleted now is logged and tried again the next time; it keeps
 * nothing else from going. Throws when runs or files cannot be listed.
 */
export async function pruneRuns(ports: PrunePorts, retention: Retention): Promise<Pruned> {
  const pruned: Pruned = { runs: 0, artifacts: 0 };
  const ended = await listEnded(ports);
  const nowMs = ports.nowMs();
  const isOlder = (run: Run, days: number | null) => days !== null && endOf(run) < nowMs - days * DAY_MS;
  const left: Run[] = [];
  for (const run of ended) {
    if (isOlder(run, retention.keepDays) && (await tryDelete(ports, run))) pruned.runs++;
    else left.push(run);
  }
  for (const run of left) {
    if (isOlder(run, retention.keepArtifactsDays) && (await deleteArtifacts(ports, run))) pruned.artifacts++;
  }
  if (retention.keepBytes !== null) await pruneToSize(ports, left, retention.keepBytes, pruned);
  return pruned;
}

/** `runs`: oldest first. */
async function pruneToSize(ports: PrunePorts, runs: readonly Run[], keepBytes: number, pruned: Pruned): Promise<void> {
  const sizes = await measure(ports);
  let total = [...sizes.values()].reduce((sum, { all }) => sum + all, 0);
  for (const run of runs) {
    const size = sizes.get(run.id);
    if (total <= keepBytes) return;
    if (size === undefined || size.artifacts === 0 || !(await deleteArtifacts(ports, run))) continue;
    pruned.artifacts++;
    total -= size.artifacts;
    size.all -= size.artifacts;
  }
  for (const run of runs) {
    if (total <= keepBytes) return;
    if (!(await tryDelete(ports, run))) continue;
    pruned.runs++;
    total -= sizes.get(run.id)?.all ?? 0;
  }
  if (total > keepBytes) {
    ports.log('warn', 'runs that have not ended take more room than is kept', { bytes: total, keepBytes });
  }
}

async function listEnded({ runs }: PrunePorts): Promise<Run[]> {
  const ended: Run[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: Run[]; nextCursor: string | null } = await runs.list({
      scenarioId: null,
      limit: limits.pageRowsMax,
      cursor,
    });
    ended.push(...page.items.filter(({ phase }) => finalPhases.has(phase)));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ended.sort((a, b) => endOf(a) - endOf(b));
}

/** Bytes of each run's folder, and of the artifacts in it. */
async function measure({ objects }: PrunePorts): Promise<Map<string, { all: number; artifacts: number }>> {
  const sizes = new Map<string, { all: number; artifacts: number }>();
  for (const { key, sizeBytes } of await objects.list('runs/')) {
    const [, runId = ''] = key.split('/', 2);
    const size = sizes.get(runId) ?? { all: 0, artifacts: 0 };
    size.all += sizeBytes;
    if (key.startsWith(artifactsPrefix(runId))) size.artifacts += sizeBytes;
    sizes.set(runId, size);
  }
  return sizes;
}

async function tryDelete(ports: PrunePorts, { id }: Run): Promise<boolean> {
  try {
    await deleteRun(ports, SYSTEM, { runId: id });
    return true;
  } catch (error) {
    ports.log('error', 'an old run could not be deleted', { runId: id, error: (error as Error).message });
    return false;
  }
}

/** False when there were none, or they cannot go now. */
async function deleteArtifacts(ports: PrunePorts, { id }: Run): Promise<boolean> {
  try {
    const infos = await ports.objects.list(artifactsPrefix(id));
    if (infos.length === 0) return false;
    await ports.objects.deletePrefix(artifactsPrefix(id));
    const detail = `${infos.length} files, ${infos.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)} bytes`;
    await recordAudit(ports, SYSTEM, { action: 'run.artifacts.delete', target: id, detail });
    return true;
  } catch (error) {
    ports.log('error', 'the artifacts of an old run could not be deleted', {
      runId: id,
      error: (error as Error).message,
    });
    return false;
  }
}

function artifactsPrefix(runId: string): string {
  return `${runFolderPrefix(runId)}${runFolderPaths.artifacts}`;
}

function endOf({ endedAtMs, phaseSinceMs }: Run): number {
  return endedAtMs ?? phaseSinceMs;
}
