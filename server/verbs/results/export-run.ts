/** A run as one page to keep or to send. */
import type { Actor } from '../../../core/api/system.ts';
import { reportSchema } from '../../../core/report/report.ts';
import { runPage } from '../../export/run-page.ts';
import type { BytesPart } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import type { DownloadContent } from '../../ports/signed-downloads.ts';
import { readSeries } from './read-series.ts';
import { readStoredReport } from './read-stored-report.ts';

/** HTML that runs nothing. Throws as `readStoredReport` and `readSeries`. */
export async function exportRun(
  ports: Pick<Ports, 'runs' | 'objects' | 'nowMs' | 'log'>,
  actor: Actor,
  { runId }: { runId: string },
  signal: AbortSignal,
): Promise<DownloadContent> {
  const stored = await readStoredReport(ports, actor, { runId });
  const pieces: Uint8Array[] = [];
  for await (const chunk of stored.chunks()) pieces.push(chunk);
  const report = reportSchema.parse(JSON.parse(Buffer.concat(pieces).toString()));
  const page = Buffer.from(runPage(report, await readSeries(ports, actor, { runId }, signal)));
  async function* chunks({ from, to }: BytesPart = { from: 0, to: page.length }) {
    yield page.subarray(from, to);
  }
  return { name: `${runId}.html`, type: 'text/html; charset=UTF-8', sizeBytes: page.length, chunks };
}
