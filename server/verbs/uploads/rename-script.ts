/** Another script for a document, and nothing else of it changed. */
import { isScalar, parseDocument, visit } from 'yaml';
import { LoadstarError } from '../../../core/errors.ts';
import { readDocument, type ScenarioDocument } from '../scenarios/read-document.ts';
import { scriptsOf } from './read-upload.ts';

/** Comments stay; how it is laid out may change a little. Throws `scenario_invalid` when it cannot be done. */
export function renameScript({ text, format, name }: ScenarioDocument, from: string, to: string): string {
  const document = parseDocument(text);
  visit(document, {
    Pair(_key, { key, value }) {
      if (isScalar(key) && key.value === 'script' && isScalar(value) && value.value === from) value.value = to;
    },
  });
  const renamed = format === 'json' ? `${JSON.stringify(document.toJS(), null, 2)}\n` : String(document);
  if (document.errors.length === 0 && !scriptsOf(readDocument({ text: renamed, format, name })).includes(from))
    return renamed;
  throw new LoadstarError('scenario_invalid', `The document still names ${from}: set script to ${to} in it instead.`);
}
