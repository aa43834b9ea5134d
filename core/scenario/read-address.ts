/** Addresses: a flow's `default-address` and the urls of its requests. */
import type { Path, Problems } from '../input/problems.ts';
import { describe } from '../input/value.ts';
import { checkTemplate, fillIn, type Variables } from './templates.ts';

const ABSOLUTE = /^https?:\/\//i;
/** A url whose scheme, host or port is (partly) a variable. */
const VARIABLE_ORIGIN = /^(?:[a-z]+:\/\/)?[^/?#]*\$\{/i;

/** The origin (`https://host:port`) of a `default-address`; null, with a problem, when it is none. */
export function readDefaultAddress(
  written: string,
  variables: Variables,
  path: Path,
  problems: Problems,
): string | null {
  if (!checkTemplate(written, variables, path, problems)) return null;
  const address = parseAbsolute(fillIn(written, variables), path, problems);
  if (address === null) return null;
  if (!['', '/'].includes(address.pathname) || address.search !== '' || address.hash !== '') {
    // JMeter drops it without a word.
    problems.add(path, 'is only scheme, host and port: what follows belongs into the urls of the requests');
    return null;
  }
  return address.origin;
}

/**
 * A request's url as the engine takes it: absolute, or with a leading slash when it goes to the default address. Variables in its path
 * and query stay variables. Null, with a problem, when it is no url.
 */
export function readUrl(
  written: string,
  hasDefaultAddress: boolean,
  variables: Variables,
  path: Path,
  problems: Problems,
): string | null {
  if (written.trim() === '') {
    problems.add(path, 'is empty');
    return null;
  }
  if (!checkTemplate(written, variables, path, problems)) return null;
  const url = withLiteralOrigin(written, variables);
  const filledIn = fillIn(url, variables);
  if (ABSOLUTE.test(url) || /^[a-z][a-z0-9+.-]*:/i.test(filledIn) || filledIn.startsWith('//')) {
    return parseAbsolute(filledIn, path, problems) === null ? null : url;
  }
  if (!isSendable(filledIn, path, problems)) return null;
  if (!hasDefaultAddress) {
    problems.add(path, 'has no host: write http://... or https://..., or give the scenario a default-address');
    return null;
  }
  return url.startsWith('/') ? url : `/${url}`;
}

/** Fills in variables from the left until scheme, host and port are literal: connections are planned by them. */
function withLiteralOrigin(written: string, variables: Variables): string {
  let url = written;
  // A variable's value may not hold another, so each turn leaves one less.
  while (VARIABLE_ORIGIN.test(url)) url = url.replace(/\$\{([^}]*)\}/, (_, name: string) => variables[name] ?? '');
  return url;
}

function parseAbsolute(text: string, path: Path, problems: Problems): URL | null {
  if (!isSendable(text, path, problems)) return null;
  if (!ABSOLUTE.test(text)) {
    problems.add(path, `${JSON.stringify(text)} is not an address with http:// or https://`);
    return null;
  }
  if (!URL.canParse(text)) {
    problems.add(path, `${JSON.stringify(text)} is not a valid address`);
    return null;
  }
  const address = new URL(text);
  if (address.username !== '' || address.password !== '') {
    problems.add(
      path,
      'holds a user name or password, which would show in reports; send an Authorization header instead',
    );
    return null;
  }
  return address;
}

/** Visible ASCII without the backslash, which every reader of urls takes differently: all that a request line may carry. */
function isSendable(text: string, path: Path, problems: Problems): boolean {
  const found = /[^\x21-\x5b\x5d-\x7e]/u.exec(text);
  if (found === null) return true;
  const bytes = new TextEncoder().encode(found[0]);
  const encoded = Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  problems.add(path, `holds ${describe(found[0])}, which a url cannot carry: write ${encoded}`);
  return false;
}
