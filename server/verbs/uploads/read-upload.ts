/** An upload as what a scenario is made of: files, the one to run, and what the scripts among them say. */
import { makePlan } from '../../../core/plan/make-plan.ts';
import type { ScenarioRead } from '../../../core/scenario/read-scenario.ts';
import type { ObjectBody } from '../../ports/object-store.ts';
import type { StoredScenario } from '../../ports/stores.ts';
import type { ArchiveFile } from '../../uploads/read-archive.ts';
import { readDocument, type ScenarioDocument } from '../scenarios/read-document.ts';
import type { PlanSettings } from '../start-run.ts';

/**
 * What is stored of a document whose scripts are these files. Its load can be planned: it could run. Throws what reading and planning it throws, and
 * what unpacking a script throws.
 */
export async function readDocumentWithFiles(
  document: ScenarioDocument,
  files: readonly ArchiveFile[],
  plan: PlanSettings,
): Promise<Pick<StoredScenario, 'text' | 'format'> & ScenarioRead> {
  const read = readDocument(document);
  const named = new Set(scriptsOf(read));
  const scripts = new Map<string, string>();
  for (const file of files) if (named.has(file.path)) scripts.set(file.path, await scriptText(file));
  const paths = files.map(({ path }) => path);
  makePlan(read.scenario, { ...plan, taurusFiles: { scripts, paths }, runId: 'none' });
  return { text: document.text, format: document.format, ...read };
}

/** Paths of the scripts that a scenario runs, each once. */
export function scriptsOf({ scenario: { taurus } }: Pick<ScenarioRead, 'scenario'>): string[] {
  return [...new Set(taurus?.executions.flatMap(({ script }) => (script === null ? [] : [script])) ?? [])];
}

/** As `putFiles` takes them. */
export function bodiesOf(files: readonly ArchiveFile[]): Map<string, ObjectBody> {
  return new Map(files.map(({ chunks, path }) => [path, { [Symbol.asyncIterator]: chunks }]));
}

async function scriptText({ chunks }: ArchiveFile): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of chunks()) pieces.push(piece);
  return new TextDecoder().decode(Buffer.concat(pieces));
}
