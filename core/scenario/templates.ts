/**
 * `${name}` in the texts of a flow stands for a variable. All variables are constants so far, so that a text can be filled in already
 * when the scenario is read, to check what will be sent.
 */
import { didYouMean } from '../input/near-spelling.ts';
import type { Path, Problems } from '../input/problems.ts';

export type Variables = Readonly<Record<string, string>>;

const TEMPLATE = /\$\{([^}]*)\}/g;

/** Adds a problem for every `${...}` that is no known variable: it would be sent as it stands. True when there is none. */
export function checkTemplate(text: string, variables: Variables, path: Path, problems: Problems): boolean {
  const countBefore = problems.count;
  for (const match of text.matchAll(TEMPLATE)) {
    const [written, name = ''] = match;
    if (text[match.index - 1] === '\\') {
      problems.add(path, `\\${written}: a backslash before a variable is not supported`);
    } else if (name.startsWith('__')) {
      problems.add(path, `${shortened(written)}: functions of JMeter are not supported by the native engine`);
    } else if (!Object.hasOwn(variables, name)) {
      const known = Object.keys(variables);
      const hint = didYouMean(name, known) || '; define it below variables of the scenario';
      problems.add(path, `${shortened(written)}: there is no variable of that name${hint}`);
    }
  }
  return problems.count === countBefore;
}

/** The text with its variables filled in; unknown ones stay. */
export function fillIn(text: string, variables: Variables): string {
  return text.replace(TEMPLATE, (written, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? '') : written,
  );
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
