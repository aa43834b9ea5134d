/** Secrets are named in a scenario's texts, `${secrets.API_KEY}`; their values are kept elsewhere and reach a run's tasks alone. */

/** What stands before a secret's name among a user's variables. */
export const SECRET_PREFIX = 'secrets.';

const NAME = '[A-Za-z_][A-Za-z0-9_]{0,63}';

/** A whole name. */
export const SECRET_NAME = new RegExp(`^${NAME}$`);

/** Whether a variable of that name is a secret. */
export function isSecretVariable(name: string): boolean {
  return name.startsWith(SECRET_PREFIX) && SECRET_NAME.test(name.slice(SECRET_PREFIX.length));
}

/** Of all strings within the value, keys too: the secrets that they name, sorted. */
export function secretNamesIn(value: unknown): string[] {
  const names = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part === 'string') {
      for (const [, name] of part.matchAll(REFERENCE)) if (name !== undefined) names.add(name);
    } else if (Array.isArray(part)) part.forEach(visit);
    else if (typeof part === 'object' && part !== null) {
      for (const [key, entry] of Object.entries(part)) {
        visit(key);
        visit(entry);
      }
    }
  };
  visit(value);
  return [...names].sort();
}

const REFERENCE = new RegExp(String.raw`\$\{secrets\.(${NAME})\}`, 'g');

/** The text with every reference to a secret as `replace` gives it. */
export function replaceSecretReferences(text: string, replace: (name: string, written: string) => string): string {
  return text.replace(REFERENCE, (written, name: string) => replace(name, written));
}
