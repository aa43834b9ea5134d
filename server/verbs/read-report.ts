/** A run's report. */
import { LoadstarError } from '../../core/errors.ts';
import { type Report, reportSchema } from '../../core/report/report.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Ports } from '../ports/ports.ts';
import { openRunFolder, readJson } from '../run-folder/run-folder.ts';
import { readRun } from './read-run.ts';

/** Throws `not_found` when there is no such run, or it has no report (yet); `run_folder_invalid` when the report is damaged. */
export async function readReport(
  ports: Pick<Ports, 'runs' | 'objects'>,
  { runId }: { runId: string },
): Promise<Report> {
  const run = await readRun(ports, { runId });
  const report = await readJson(openRunFolder(ports.objects, runId), runFolderPaths.report, reportSchema);
  if (report !== null) return report;
  throw new LoadstarError('not_found', `Run ${runId} has no report; it is ${run.phase}.`);
}
