/** What extractors and assertions have in common: what they look into, templates with their paths, and what is wrong with them. */
import { LoadstarError } from '../../../core/errors.ts';
import { compileTemplate, type Template, type TemplateScope } from '../../../core/language/template.ts';
import type { ResponseView } from '../protocols/protocol.ts';

export type { ResponseView } from '../protocols/protocol.ts';

export type Subject = 'body' | 'headers' | 'http-code' | 'url';

export function subjectText(response: ResponseView, subject: Subject): string {
  switch (subject) {
    case 'body':
      return response.bodyText();
    case 'headers':
      return headersOf(response);
    case 'http-code':
      return response.code === 0 ? '' : String(response.code);
    case 'url':
      return response.url;
  }
}

/** JMeter joins the lines of a head by line feeds. */
function headersOf(response: ResponseView): string {
  return response.headText().replaceAll('\r\n', '\n');
}

/** Throws `scenario_invalid` with the path. */
export function templateAt(text: string, path: string): Template {
  try {
    return compileTemplate(text);
  } catch (error) {
    if (error instanceof LoadstarError && error.fields.length === 0) throw invalid(path, error.message);
    throw error;
  }
}

export function invalid(path: string, message: string): LoadstarError {
  return new LoadstarError('scenario_invalid', `${path}: ${message}`, { fields: [{ path, message }] });
}

const REMEMBERED_MAX = 200;

/**
 * Compiles what a template holds: at once when it never changes, so that problems are found before the run, else for each text anew
 * (the newest are remembered). Null for a text that is wrong.
 */
export function compiledFrom<Compiled>(
  text: string,
  path: string,
  compile: (filled: string) => Compiled,
): (scope: TemplateScope) => Compiled | null {
  const template = templateAt(text, path);
  if (template.constant !== null) {
    const compiled = orInvalid(path, () => compile(template.constant ?? ''));
    return () => compiled;
  }
  const known = new Map<string, Compiled | null>();
  return (scope) => {
    const filled = template.fill(scope);
    let compiled = known.get(filled);
    if (compiled === undefined) {
      compiled = orNull(() => compile(filled));
      if (known.size >= REMEMBERED_MAX) known.clear();
      known.set(filled, compiled);
    }
    return compiled;
  };
}

function orInvalid<Compiled>(path: string, compile: () => Compiled): Compiled {
  try {
    return compile();
  } catch (error) {
    throw invalid(path, error instanceof Error ? error.message : String(error));
  }
}

function orNull<Compiled>(compile: () => Compiled): Compiled | null {
  try {
    return compile();
  } catch {
    return null;
  }
}
