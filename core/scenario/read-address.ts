/** Addresses: a flow's `default-address` and the urls of its requests. */
import type { Path, Problems } from '../input/problems.ts';
import { describe } from '../input/value.ts';
import { type FlowTexts, literalPieces } from './flow-texts.ts';

const ABSOLUTE = /^https?:\/\//i;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
/** JMeter refuses these, too. It encodes spaces and letters beyond ASCII itself. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNSENDABLE = /[\0-\x1f\x7f"<>\\^`{|}]/;
const UNSENDABLE_IN_PATH = /[[\]]/;

/**
 * Scheme, host and port of a `default-address`, in which host and port may be templates; null, with a problem, when it is none. What
 * follows them is dropped with a warning, as JMeter drops it.
 */
export function readDefaultAddress(written: string, texts: FlowTexts, path: Path, problems: Problems): string | null {
  if (!texts.check(written, path)) return null;
  if (written.startsWith('${')) {
    texts.atEnd(() => checkVariableOrigin(texts.steady(written), path, problems));
    return written;
  }
  if (!ABSOLUTE.test(written)) {
    problems.add(path, `${describe(written)} is not an address with http:// or https://`);
    return null;
  }
  const end = authorityEnd(written);
  const origin = written.slice(0, end);
  if (!['', '/'].includes(written.slice(end))) {
    problems.warn(`default-address ${describe(written)}: what follows host and port is dropped, as JMeter does`);
  }
  if (origin.includes('${')) {
    texts.atEnd(() => void checkAbsolute(texts.steady(origin), path, problems));
    return origin;
  }
  return checkAbsolute(origin, path, problems) ? new URL(origin).origin : null;
}

/** JMeter has no variable in front of an address; one that never changes can be told apart. */
function checkVariableOrigin(filled: string, path: Path, problems: Problems): void {
  if (!ABSOLUTE.test(filled)) {
    problems.add(path, 'must begin with http:// or https://: only host and port can be variables that change');
  } else if (!['', '/'].includes(filled.slice(authorityEnd(filled)))) {
    problems.add(path, 'is only scheme, host and port: what follows belongs into the urls of the requests');
  } else {
    checkAbsolute(filled, path, problems);
  }
}

/** Where a flow's relative urls go. */
export interface Base {
  /** Null: there is none, or none that is right. */
  defaultAddress: string | null;
  isGiven: boolean;
  /** It is not that of the flow which its steps are part of: urls must name it. */
  isForeign: boolean;
}

/** A request's url as the engine takes it: absolute, or with a leading slash or variable. Null, with a problem, when it is no url. */
export function readUrl(written: string, base: Base, texts: FlowTexts, path: Path, problems: Problems): string | null {
  if (written.trim() === '') {
    problems.add(path, 'is empty');
    return null;
  }
  if (!texts.check(written, path)) return null;
  if (written.startsWith('${')) return withVariableBegin(written, base, texts, path, problems);
  const url = written.startsWith('//') ? `${schemeOf(base.defaultAddress)}${written}` : written;
  if (ABSOLUTE.test(url)) {
    texts.atEnd(() => void checkAbsolute(texts.steady(url), path, problems));
    return url;
  }
  if (SCHEME.test(url)) {
    problems.add(path, `${describe(url)} is not an address with http:// or https://`);
    return null;
  }
  texts.atEnd(() => void checkPieces(texts.steady(url), path, problems));
  if (!base.isGiven) {
    problems.add(path, NO_HOST);
    return null;
  }
  const relative = url.startsWith('/') ? url : `/${url}`;
  return base.isForeign ? `${base.defaultAddress ?? ''}${relative}` : relative;
}

const NO_HOST = 'has no host: write http://... or https://..., or give the scenario a default-address';

/** The variable in front may hold a whole address, or a path: often that is known only while it runs. */
function withVariableBegin(
  url: string,
  { isGiven, isForeign }: Base,
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): string {
  texts.atEnd(() => {
    const filled = texts.steady(url);
    if (ABSOLUTE.test(filled)) {
      checkAbsolute(filled, path, problems);
      return;
    }
    const isKnown = !filled.startsWith('${');
    if (isKnown) checkPieces(filled, path, problems);
    if (isKnown && !isGiven) problems.add(path, NO_HOST);
    else if (isForeign) {
      problems.add(
        path,
        'may begin with a path, while the included scenario has a default-address of its own: write that address into the url',
      );
    }
  });
  return url;
}

function schemeOf(defaultAddress: string | null): string {
  return defaultAddress === null ? 'http:' : (SCHEME.exec(defaultAddress)?.[0] ?? 'http:');
}

/** Behind host and port; what stands in `${...}` ends nothing. */
function authorityEnd(url: string): number {
  let depth = 0;
  for (let at = url.indexOf('//') + 2; at < url.length; at++) {
    const character = url[at] ?? '';
    if (character === '{') depth++;
    else if (character === '}') depth--;
    else if (depth <= 0 && '/?#'.includes(character)) return at;
  }
  return url.length;
}

/** Looks at all of it that is known. */
function checkAbsolute(url: string, path: Path, problems: Problems): boolean {
  if (!checkPieces(url, path, problems)) return false;
  if (literalPieces(url.slice(0, authorityEnd(url))).some((piece) => piece.includes('@'))) {
    problems.add(
      path,
      'holds a user name or password, which would show in reports; use authorization, or send an Authorization header',
    );
    return false;
  }
  if (url.includes('${') || URL.canParse(url)) return true;
  problems.add(path, `${describe(url)} is not a valid address`);
  return false;
}

function checkPieces(url: string, path: Path, problems: Problems): boolean {
  const pieces = literalPieces(url);
  let isInPath = true;
  for (const [index, piece] of pieces.entries()) {
    const question = isInPath ? piece.indexOf('?') : 0;
    const inPath = isInPath ? piece.slice(0, question < 0 ? piece.length : question) : '';
    if (question >= 0) isInPath = false;
    // An IPv6 address has brackets.
    const found = UNSENDABLE.exec(piece) ?? UNSENDABLE_IN_PATH.exec(inPath.replace(/^https?:\/\/[^/]*/i, ''));
    if (found !== null) {
      const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0');
      problems.add(path, `holds ${describe(found[0])}, which a url cannot carry: write %${code}`);
      return false;
    }
    const percent = index < pieces.length - 1 ? /%(?![\da-f]{2}|[\da-f]?$)/i : /%(?![\da-f]{2})/i;
    if (percent.test(piece)) {
      problems.add(path, 'holds a % that no two hexadecimal digits follow: write %25');
      return false;
    }
  }
  return true;
}
