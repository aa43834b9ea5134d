/** The document of a scenario, a Taurus file as it was written, into what is stored beside it. */
import type { ScenarioFormat } from '../../../core/api/scenarios.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import { readScenario, type ScenarioRead } from '../../../core/scenario/read-scenario.ts';
import type { Scenario } from '../../../core/scenario/scenario.ts';

export interface ScenarioDocument {
  text: string;
  format: ScenarioFormat;
  /** What it is called when it does not say itself. */
  name?: string | undefined;
}

export interface DocumentWithFiles extends ScenarioDocument {
  /** The stored scenario whose files it names. */
  scenarioId?: string | undefined;
}

const NAMELESS = 'scenario';

/**
 * Throws what `readScenario` throws, `scenario_unreadable` for a JSON document that is no JSON, `scenario_too_large` for one that could
 * be taken in but not be answered.
 */
export function readDocument({ text, format, name }: ScenarioDocument): ScenarioRead {
  if (format === 'json') checkJson(text);
  const read = readNamed({ text, format, name });
  checkSize(text, read.scenario);
  return read;
}

function readNamed({ text, format, name }: ScenarioDocument): ScenarioRead {
  const extension = format === 'json' ? 'json' : 'yml';
  const read = readAs(`${NAMELESS}.${extension}`, text);
  const { scenario } = read;
  if (name === undefined || scenario.name !== NAMELESS) return read;
  // It may say so itself, or be called after its file.
  const saysSo = readAs(`other.${extension}`, text).scenario.name === NAMELESS;
  return saysSo ? read : { ...read, scenario: { ...scenario, name } };
}

/** Headers of a flow stand in each of its requests, once it was understood: small texts can become large scenarios. */
function checkSize(text: string, scenario: Scenario): void {
  const writtenBytes = Buffer.byteLength(JSON.stringify(text));
  const understoodBytes = Buffer.byteLength(JSON.stringify(scenario));
  if (writtenBytes + understoodBytes <= limits.storedScenarioBytesMax) return;
  throw new LoadstarError(
    'scenario_too_large',
    `The scenario holds ${writtenBytes} bytes as it was written and ${understoodBytes} with all defaults filled in; together they may be ${limits.storedScenarioBytesMax}.`,
  );
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
