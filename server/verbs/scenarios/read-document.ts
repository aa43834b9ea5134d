/** The document of a scenario, a Taurus file as it was written, into what is stored beside it. */
import type { ScenarioFormat } from '../../../core/api/scenarios.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { readScenario, type ScenarioRead } from '../../../core/scenario/read-scenario.ts';

export interface ScenarioDocument {
  text: string;
  format: ScenarioFormat;
  /** What it is called when it does not say itself. */
  name?: string | undefined;
}

const NAMELESS = 'scenario';

/** Throws what `readScenario` throws, `scenario_unreadable` for a JSON document that is no JSON. */
export function readDocument({ text, format, name }: ScenarioDocument): ScenarioRead {
  if (format === 'json') checkJson(text);
  const extension = format === 'json' ? 'json' : 'yml';
  const read = readAs(`${NAMELESS}.${extension}`, text);
  const { scenario } = read;
  if (name === undefined || scenario.name !== NAMELESS) return read;
  // It may say so itself, or be called after its file.
  const saysSo = readAs(`other.${extension}`, text).scenario.name === NAMELESS;
  return saysSo ? read : { ...read, scenario: { ...scenario, name } };
}

function readAs(fileName: string, text: string): ScenarioRead {
  return readScenario({ sources: [{ name: fileName, text }] });
}

/** Documents are read as YAML, which takes more than JSON. */
function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new LoadstarError('scenario_unreadable', `scenario.json is not JSON: ${(cause as Error).message}`, { cause });
  }
}
