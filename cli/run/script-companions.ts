/** The files that scripts open by themselves, found beside the scenario on this machine. */
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import { executorOfScript } from '../../core/taurus/document-for-script.ts';
import { inspectScript } from '../../core/taurus/scripts/inspect-script.ts';
import { scriptText } from '../../core/taurus/scripts/script-text.ts';
import { readScenarioFiles } from './read-sources.ts';

/**
 * Adds to `files` (by path) what the scripts among them open or import by a fixed path, and what that imports in turn, as far as it is there:
 * what is not is said when the run is planned. Throws `scenario_file_missing` for a file that is there and cannot be used.
 */
export async function addCompanions(
  { taurus }: Pick<Scenario, 'taurus'>,
  files: Map<string, Uint8Array>,
  scenarioPaths: readonly string[],
): Promise<void> {
  const waiting = taurus?.executions.flatMap(({ script }) => script ?? []) ?? [];
  const seen = new Set<string>();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (!files.has(path)) await addIfThere(path, files, scenarioPaths);
    const executor = executorOfScript(path);
    const content = files.get(path);
    if (executor === null || content === undefined || content.length > limits.scriptBytesMax) continue;
    waiting.push(...inspectScript(executor, path, scriptText(content).text).dataFiles);
    if (files.size > limits.scenarioFilesMax) break;
  }
}

async function addIfThere(
  path: string,
  files: Map<string, Uint8Array>,
  scenarioPaths: readonly string[],
): Promise<void> {
  try {
    const found = await readScenarioFiles([path], scenarioPaths);
    for (const [name, content] of found) files.set(name, content);
  } catch (error) {
    if (!(error instanceof LoadstarError) || error.code !== 'scenario_file_missing') throw error;
    const isLarge = error.fields.some(({ message }) => /larger than/.test(message));
    if (isLarge) throw error;
  }
}
