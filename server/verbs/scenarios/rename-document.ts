/** Another name for a document, and nothing else of it changed. */
import { isDeepStrictEqual } from 'node:util';
import { parseDocument } from 'yaml';
import { LoadstarError } from '../../../core/errors.ts';
import { readDocument, type ScenarioDocument } from './read-document.ts';

/** Comments stay; how it is laid out may change a little. Throws `scenario_invalid` when it cannot be done. */
export function renameDocument({ text, format }: ScenarioDocument, name: string): string {
  const wanted = { ...readDocument({ text, format }).scenario, name };
  const makers = format === 'json' ? [renameJson] : [renameYaml, appendName];
  for (const make of makers) {
    const renamed = make(text, name);
    if (renamed !== null && isDeepStrictEqual(readOrNull({ text: renamed, format }), wanted)) return renamed;
  }
  throw new LoadstarError('scenario_invalid', 'The copy cannot be named: set loadstar.name in the document instead.');
}

function readOrNull(document: ScenarioDocument): unknown {
  try {
    return readDocument(document).scenario;
  } catch {
    return null;
  }
}

function renameJson(text: string, name: string): string | null {
  const config = JSON.parse(text) as { loadstar?: object };
  return `${JSON.stringify({ ...config, loadstar: { ...config.loadstar, name } }, null, 2)}\n`;
}

function renameYaml(text: string, name: string): string | null {
  try {
    const document = parseDocument(text);
    if (document.errors.length > 0) return null;
    document.setIn(['loadstar', 'name'], name);
    return String(document);
  } catch {
    // Several documents, or a loadstar that is no mapping of its own (an alias).
    return null;
  }
}

/** Documents of one text are merged, the last one wins. */
function appendName(text: string, name: string): string {
  return `${text.replace(/\n?$/, '\n')}---\nloadstar:\n  name: ${JSON.stringify(name)}\n`;
}
