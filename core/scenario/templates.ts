/** Variables of a text that stand for values which are known before anything runs. */

const TEMPLATE = /\$\{([^}]*)\}/g;

/** The text with these variables filled in; all else stays. */
export function fillIn(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(TEMPLATE, (written, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? '') : written,
  );
}
