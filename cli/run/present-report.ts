/** What is shown and written of a report when its run has ended. */
import { writeFile } from 'node:fs/promises';
import type { RunCost } from '../../core/api/cost.ts';
import { LoadstarError } from '../../core/errors.ts';
import type { Report } from '../../core/report/report.ts';
import { renderSummary } from '../summary/summary.ts';
import { verdictLine } from '../summary/verdict.ts';
import type { Output } from '../terminal/streams.ts';

export interface Presentation {
  /** Where the report is written to as JSON; null: nowhere. */
  reportFile: string | null;
  /** A run folder that was kept. */
  outFolder: string | null;
  quiet: boolean;
  /** What the run cost; null or left out: nothing that is known. */
  cost?: RunCost | null;
}

/** Throws `store_failed` when the report could not be written; what was measured is shown even then. */
export async function presentReport(report: Report, presentation: Presentation, results: Output): Promise<void> {
  const unwritten = await writeReport(presentation.reportFile, report);
  printSummary(report, unwritten === null ? presentation : { ...presentation, reportFile: null }, results);
  if (unwritten !== null) throw unwritten;
}

/** Resolves with the error when it could not be written. */
async function writeReport(file: string | null, report: Report): Promise<LoadstarError | null> {
  if (file === null) return null;
  try {
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
    return null;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return new LoadstarError('store_failed', `The report could not be written: ${message}`, { cause });
  }
}

function printSummary(
  report: Report,
  { cost = null, outFolder, quiet, reportFile }: Presentation,
  results: Output,
): void {
  if (quiet) {
    results.write(`${verdictLine(report, results.style)}\n`);
    return;
  }
  const written: [string, string][] = [];
  if (reportFile !== null) written.push(['report', reportFile]);
  if (outFolder !== null) written.push(['run folder', outFolder]);
  results.write(renderSummary(report, { columns: results.columns(), style: results.style, written, cost }));
}
