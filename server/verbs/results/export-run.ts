/** A run as one page to keep or to send. */
import type { Actor } from '../../../core/api/system.ts';
import { reportSchema } from '../../../core/report/report.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import { runPage } from '../../export/run-page.ts';
import type { Ports } from '../../ports/ports.ts';
import { readJson } from '../../run-folder/run-folder.ts';
import { openResults } from './open-results.ts';
import { readSeries } from './read-series.ts';
import { readStoredReport } from './read-stored-report.ts';

/** HTML. Throws as `readStoredReport` and `readSeries`. */
export async function exportRun(
  ports: Pick<Ports, 'runs' | 'objects' | 'nowMs' | 'log'>,
  actor: Actor,
  { runId }: { runId: string },
  signal: AbortSignal,
): Promise<string> {
  // Says why there is none.
  await readStoredReport(ports, actor, { runId });
  const { folder } = await openResults(ports, actor, runId);
  const report = reportSchema.parse(await readJson(folder, runFolderPaths.report, reportSchema));
  return runPage(report, await readSeries(ports, actor, { runId }, signal));
}
