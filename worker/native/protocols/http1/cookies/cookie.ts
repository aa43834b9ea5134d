/** A cookie, and how one is read from a Set-Cookie header: as JMeter's standard policy reads it, which is lenient. */
import { isIP } from 'node:net';
import { parseCookieDate } from './cookie-date.ts';

export interface Cookie {
  name: string;
  value: string;
  /** Lower case, without a leading dot. */
  domain: string;
  /** It goes to hosts below its domain, too. */
  hasSubdomains: boolean;
  path: string;
  isSecure: boolean;
  /** Milliseconds since 1970; Infinity: with the user. */
  expiresAtMs: number;
}

/** Larger ones are refused, as browsers do. */
const COOKIE_CHARACTERS_MAX = 8_192;

/**
 * Null: it is none, or one that the host may not set. A cookie that has expired already takes away the one it replaces. There is no list of public
 * suffixes: JMeter has none either.
 */
export function parseSetCookie(text: string, host: string, path: string, nowMs: number): Cookie | null {
  if (text.length > COOKIE_CHARACTERS_MAX) return null;
  const nameEnd = endOf(text, 0, '=;');
  const name = tokenOf(text, 0, nameEnd);
  if (name === '' || text[nameEnd] !== '=') return null;
  const { value, end } = readValue(text, nameEnd + 1);
  const cookie: Cookie = {
    name,
    value,
    domain: host,
    hasSubdomains: false,
    path: defaultPath(path),
    isSecure: false,
    expiresAtMs: Number.POSITIVE_INFINITY,
  };
  return takeAttributes(cookie, readAttributes(text, end + 1), host, nowMs) ? cookie : null;
}

/** Of attributes with the same name, the last one counts. */
function readAttributes(text: string, start: number): Map<string, string> {
  const attributes = new Map<string, string>();
  let position = start;
  while (position < text.length) {
    const nameEnd = endOf(text, position, '=;');
    const name = tokenOf(text, position, nameEnd).toLowerCase();
    const valueEnd = text[nameEnd] === '=' ? endOf(text, nameEnd + 1, ';') : nameEnd;
    attributes.set(name, text[nameEnd] === '=' ? tokenOf(text, nameEnd + 1, valueEnd) : '');
    position = valueEnd + 1;
  }
  return attributes;
}

/** False: the host may not set it, or its date is none. */
function takeAttributes(cookie: Cookie, attributes: Map<string, string>, host: string, nowMs: number): boolean {
  cookie.isSecure = attributes.has('secure');
  const path = attributes.get('path');
  if (path !== undefined) cookie.path = path === '' ? '/' : path;
  const domain = attributes.get('domain');
  if (domain !== undefined) {
    cookie.domain = domain.toLowerCase().replace(/^\./, '');
    cookie.hasSubdomains = true;
    if (cookie.domain === '' || !domainMatches(host, cookie.domain)) return false;
  }
  const age = attributes.get('max-age');
  const expires = attributes.get('expires');
  if (age !== undefined) {
    if (/^-?\d+$/.test(age)) cookie.expiresAtMs = Number(age) <= 0 ? 0 : nowMs + Number(age) * 1_000;
  } else if (expires !== undefined) {
    const date = parseCookieDate(expires);
    if (date === null) return false;
    cookie.expiresAtMs = date;
  }
  return true;
}

/** The host is the domain, or below it. */
export function domainMatches(host: string, domain: string): boolean {
  if (host === domain) return true;
  return host.endsWith(domain) && host.at(-domain.length - 1) === '.' && isIP(host) === 0;
}

export function pathMatches(path: string, cookiePath: string): boolean {
  const prefix = cookiePath.length > 1 && cookiePath.endsWith('/') ? cookiePath.slice(0, -1) : cookiePath;
  if (!path.startsWith(prefix)) return false;
  return prefix === '/' || path.length === prefix.length || path[prefix.length] === '/';
}

const special = /[\0-\x20\x7f",;\\]/;

/** As the Cookie header has it. */
export function cookiePair({ name, value }: Cookie): string {
  return `${name}=${special.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value}`;
}

/** What stands before the last slash. */
function defaultPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

function endOf(text: string, start: number, delimiters: string): number {
  let position = start;
  while (position < text.length && !delimiters.includes(text[position]!)) position++;
  return position;
}

/** Without white space around it, and with single spaces in it. */
function tokenOf(text: string, start: number, end: number): string {
  return text
    .slice(start, end)
    .trim()
    .replace(/[ \t]+/g, ' ');
}

/** A token in which quotes hide delimiters, and are taken away; `end`: of the value, at its delimiter. */
function readValue(text: string, start: number): { value: string; end: number } {
  let value = '';
  let isSpaced = false;
  let position = start;
  while (position < text.length && text[position] !== ';') {
    const character = text[position]!;
    position++;
    if (character === ' ' || character === '\t') {
      isSpaced = value !== '';
      continue;
    }
    if (isSpaced) value += ' ';
    isSpaced = false;
    if (character !== '"') value += character;
    else {
      while (position < text.length && text[position] !== '"') {
        if (text[position] === '\\' && (text[position + 1] === '"' || text[position + 1] === '\\')) position++;
        value += text[position]!;
        position++;
      }
      position++;
    }
  }
  return { value, end: position };
}
