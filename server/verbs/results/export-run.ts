/** A run as one page to keep or to send. */
import type { Actor } from '../../../core/api/system.ts';
import { reportSchema } from '../../../core/report/report.ts';
import { runPage } from '../../export/run-page.ts';
import type { Ports } from '../../ports/ports.ts';
import { readSeries } from './read-series.ts';
import { readStoredReport } from './read-stored-report.ts';

/** HTML. Throws as `readStoredReport` and `readSeries`. */
export async function exportRun(
  ports: Pick<Ports, 'runs' | 'objects' | 'nowMs' | 'log'>,
  actor: Actor,
  { runId }: { runId: string },
  signal: AbortSignal,
): Promise<string> {
  const stored = await readStoredReport(ports, actor, { runId });
  const chunks: Uint8Array[] = [];
  for await (const chunk of stored.chunks()) chunks.push(chunk);
  const report = reportSchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
  return runPage(report, await readSeries(ports, actor, { runId }, signal));
}
