/** Addresses of a step, compiled: where the request goes, and with what path and query. */
import type { TemplateScope } from '../../../core/language/template.ts';
import type { RequestStep } from '../../../core/scenario/scenario.ts';
import { type Failure, failure } from '../failure.ts';
import { appendQuery, encodeTarget } from '../protocols/http1/request-target.ts';
import { compilePairs, isSentInQuery } from './compile-body.ts';
import { type FlowTexts, invalid } from './texts.ts';

export interface Target {
  /** Scheme and authority. */
  origin: string;
  /** Path and query, encoded. */
  target: string;
}

export interface CompiledTarget {
  isConstant: boolean;
  /** The address now, or why it is none. */
  fill(scope: TemplateScope): Target | Failure;
}

const noAddress = failure('url', 'the address is no http or https address');
const absolute = /^[a-z][a-z0-9+.-]*:\/\//i;
/** Scheme and authority, and all that follows. */
const parts = /^(https?:\/\/[^/?#\\\s<>"{}|^`]+)(.*)$/is;

/** Nothing behind a question mark, as written, is no query. What is filled in may leave an empty one. */
const emptyQuery = /^([^?#]*)\?(?=#|$)/;
/** The same goes for parameters of the path's last segment. */
const emptyParameters = /^((?:[^?#]*\/)?[^;/?#]*);(?=[?#]|$)/;

/** An absolute url stands for itself; any other is appended to the default address. Throws `scenario_invalid` with the path. */
export function compileTarget(
  { url: written, query, contentEncoding }: RequestStep,
  defaultAddress: string | null,
  path: string,
  texts: FlowTexts,
): CompiledTarget {
  const url = written.replace(emptyQuery, '$1').replace(emptyParameters, '$1');
  const pairs = compilePairs(query, `${path}.body`, texts, isSentInQuery);
  const base = texts.filledAhead(defaultAddress ?? '').replace(/\/$/, '');
  const whole = addressOf(texts.filledAhead(url), base);
  const targetOf = (origin: string, target: string | Failure, scope: TemplateScope): Target | Failure => {
    // What the functions in it do, they do for an address that is none, too.
    const parameters = query.length === 0 ? [] : pairs.fill(scope);
    return typeof target === 'string' ? { origin, target: appendQuery(target, parameters, contentEncoding) } : target;
  };
  // Where scheme and authority are known, only what follows is filled in.
  const [, origin, rest] = parts.exec(whole) ?? [];
  if (origin !== undefined && rest !== undefined && !origin.includes('$')) {
    const known = originOf(origin);
    if (known === null) throw invalid(`${path}.url`, `${JSON.stringify(whole)} is no http or https address`);
    const text = texts.compile(rest, `${path}.url`);
    const fill = (scope: TemplateScope): Target | Failure => {
      return targetOf(known, encodeTarget(text.fill(scope)), scope);
    };
    const isConstant = text.constant !== null && pairs.isConstant;
    if (!isConstant) return { isConstant, fill };
    const found = fill(texts.scope);
    return { isConstant, fill: () => found };
  }
  const urlText = texts.compile(url, `${path}.url`);
  const baseText = texts.compile(defaultAddress ?? '', `${path}.url`);
  if (urlText.constant !== null && baseText.constant !== null) {
    throw invalid(`${path}.url`, `${JSON.stringify(whole)} is no http or https address`);
  }
  // Most often it is the same one again.
  let lastText = '';
  let lastOrigin: string | null = null;
  return {
    isConstant: false,
    fill(scope) {
      const filled = addressOf(urlText.fill(scope), baseText.fill(scope).replace(/\/$/, ''));
      const [, text = '', filledRest = ''] = parts.exec(filled) ?? [];
      if (text !== lastText) {
        lastText = text;
        lastOrigin = originOf(text);
      }
      const found = lastOrigin;
      if (found === null) return noAddress;
      return targetOf(found, encodeTarget(filledRest), scope);
    },
  };
}

/** A url that begins with what is still to be filled in may become absolute. */
function addressOf(url: string, base: string): string {
  return absolute.test(url) || url.startsWith('${') || base === ''
    ? url
    : `${base}${/^[/?#]/.test(url) ? '' : '/'}${url}`;
}

/** As a key: with lower case letters, without a default port or what is before an at sign. Null: not an origin. */
function originOf(text: string): string | null {
  const url = URL.parse(text);
  return url === null || url.host === '' ? null : `${url.protocol}//${url.host}`;
}
