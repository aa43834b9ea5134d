/** Scenario files of this machine as one document for a server, with the files that they name. */
import { LoadstarError } from '../../core/errors.ts';
import { mergeConfigs } from '../../core/scenario/merge.ts';
import { applyOverride } from '../../core/scenario/overrides.ts';
import { parseText } from '../../core/scenario/parse-text.ts';
import { readScenario } from '../../core/scenario/read-scenario.ts';
import type { ScenarioDocument } from '../client/api-client.ts';
import { readScenarioFiles, readSources, type Source } from '../run/read-sources.ts';
import { addCompanions } from '../run/script-companions.ts';
import { configText } from './config-text.ts';

export interface LocalScenario {
  document: ScenarioDocument;
  /** By the paths under which the scenario names them. */
  files: Map<string, Uint8Array>;
  warnings: string[];
}

type Override = { key: string; value: string };

/**
 * One file goes as it was written; several, or one that is changed by overrides, go as what they come to. Throws what `readSources`,
 * `readScenario` and `readScenarioFiles` throw.
 */
export async function readDocument(paths: readonly string[], overrides: readonly Override[]): Promise<LocalScenario> {
  const sources = await readSources(paths);
  const { scenario, warnings, files } = readScenario({ sources, overrides });
  const { name } = scenario;
  const [only] = sources;
  const isAsWritten = only !== undefined && sources.length === 1 && overrides.length === 0;
  const text = isAsWritten ? only.text : mergedText(sources, overrides);
  const isJson = isJsonText(text) && (!isAsWritten || /\.json$/i.test(only.name));
  const document: ScenarioDocument = { text, format: isJson ? 'json' : 'yaml', name };
  const asSent = readScenario({ sources: [{ name: only?.name ?? name, text: document.text }] });
  if (JSON.stringify(asSent.scenario) !== JSON.stringify(scenario)) {
    throw new LoadstarError('internal', 'The merged scenario does not mean what its files mean: send one file.');
  }
  const contents = await readScenarioFiles(files, paths);
  await addCompanions(scenario, contents, paths);
  return { document, files: contents, warnings };
}

function mergedText(sources: readonly Source[], overrides: readonly Override[]): string {
  const config = mergeConfigs(sources.flatMap(({ name, text }) => parseText(name, text)));
  for (const override of overrides) applyOverride(config, override);
  return `${configText(config)}\n`;
}

/** A file that is called JSON may be YAML all the same: both are read as YAML. */
function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
