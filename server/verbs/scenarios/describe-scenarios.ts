/** Scenarios as the API shows them. */
import type { ScenarioItem, ScenarioResource } from '../../../core/api/scenarios.ts';
import type { Run } from '../../../core/run/run.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ScenarioSummary, StoredScenario } from '../../ports/stores.ts';
import { readFileIndex } from '../../scenario-files/scenario-files.ts';
import { describeFiles } from './scenario-files.ts';

/** Runs that a scenario's trend is made of. */
const TREND_RUNS = 10;

/** Items of a list, each with its last run. However many they are, the stores are asked once. */
export async function describeItems(
  { runs }: Pick<Ports, 'runs'>,
  rows: readonly ScenarioSummary[],
): Promise<ScenarioItem[]> {
  const newest = await runs.newestOf(
    rows.map(({ id }) => id),
    TREND_RUNS,
  );
  return rows.map(({ createdAtMs, updatedAtMs, ...row }) => ({
    ...row,
    createdAt: instant(createdAtMs),
    updatedAt: instant(updatedAtMs),
    ...runsOf(newest.get(row.id)),
  }));
}

export async function describeScenario(
  ports: Pick<Ports, 'runs' | 'objects'>,
  stored: StoredScenario,
): Promise<ScenarioResource> {
  const { id, version, text, format, scenario, warnings, createdBy } = stored;
  const [newest, entries] = await Promise.all([ports.runs.newestOf([id], TREND_RUNS), readFileIndex(ports, id)]);
  const files = describeFiles(entries);
  const present = new Set(files.map(({ path }) => path));
  return {
    id,
    version,
    name: scenario.name,
    tags: scenario.tags,
    createdAt: instant(stored.createdAtMs),
    updatedAt: instant(stored.updatedAtMs),
    createdBy,
    ...runsOf(newest.get(id)),
    text,
    format,
    scenario,
    warnings,
    files,
    deletedFiles: entries.flatMap(({ path, isDeleted }) => (isDeleted ? [path] : [])),
    missingFiles: stored.files.filter((path) => !present.has(path)),
  };
}

/** What a scenario tells of its runs, which are given newest first. */
function runsOf(runs: readonly Run[] = []): Pick<ScenarioItem, 'lastRun' | 'trend'> {
  const trend = runs.flatMap(({ id, summary, verdict }) =>
    summary === null || summary.requests === 0 ? [] : [{ runId: id, verdict, p95Ms: summary.p95Ms }],
  );
  return { lastRun: lastRunOf(runs[0]), trend: trend.reverse() };
}

function lastRunOf(run: Run | undefined): ScenarioItem['lastRun'] {
  if (run === undefined) return null;
  const { id, phase, verdict, createdAtMs, endedAtMs } = run;
  return {
    id,
    phase,
    verdict,
    createdAt: instant(createdAtMs),
    endedAt: endedAtMs === null ? null : instant(endedAtMs),
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
