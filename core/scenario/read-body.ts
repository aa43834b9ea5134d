/** Bodies: a text, a file, or values that are sent as a form or as JSON, as Taurus' JMeter executor decides. */
import { type Path, type Problems, pathText } from '../input/problems.ts';
import { describe, isMapping, jsonTextOf, numberText, type TaurusMapping, type TaurusValue } from '../input/value.ts';
import { type Headers, mediaTypeOf } from './read-headers.ts';
import type { Body, Method } from './scenario.ts';
import { checkTemplate, fillIn, type Variables } from './templates.ts';

export const FORM = 'application/x-www-form-urlencoded';

export interface BodyRead {
  body: Body | null;
  /** Form parameters to append to the url: GET and DELETE carry them there. */
  query: string | null;
  /** Media type to send when the request names none. */
  mediaType: string | null;
}

const NONE: BodyRead = { body: null, query: null, mediaType: null };

export interface BodySource {
  body: TaurusValue | undefined;
  bodyFile: string | undefined;
  method: Method;
  headers: Headers;
}

/** Adds problems below `path` (the request's). */
export function readBody(source: BodySource, variables: Variables, path: Path, problems: Problems): BodyRead {
  const { body, bodyFile } = source;
  const bodyPath = [...path, 'body'];
  // As in Taurus: an empty body is none, and a body that is not empty wins over a file.
  const isEmpty = body === undefined || body === '' || (Array.isArray(body) && body.length === 0) || body === 0n;
  if (isEmpty || (isMapping(body) && Object.keys(body).length === 0)) {
    return bodyFile === undefined ? NONE : readBodyFile(bodyFile, source.method, [...path, 'body-file'], problems);
  }
  if (bodyFile !== undefined) problems.warn(`${pathText(path)}: body-file has no effect beside body`);
  if (typeof body === 'string') {
    checkTemplate(body, variables, bodyPath, problems);
    return { ...NONE, body: { kind: 'text', text: body } };
  }
  if (typeof body === 'boolean' || body === null) {
    problems.add(bodyPath, `${describe(body)} is not a body: a text, or values for a form or for JSON, are expected`);
    return NONE;
  }
  const mediaType = mediaTypeOf(source.headers, variables);
  const wantsJson = mediaType === 'application/json' || (mediaType?.endsWith('+json') ?? false);
  if (!wantsJson && isMapping(body) && isForm(body))
    return readForm(body, mediaType, source.method, variables, bodyPath, problems);
  const json = jsonTextOf(body);
  if (json === null) {
    problems.add(bodyPath, 'holds a number that JSON cannot write (infinite, or none)');
    return NONE;
  }
  if (!wantsJson && typeof body === 'object') {
    problems.warn('A body with nested values is sent as JSON; say so with the header Content-Type: application/json');
  }
  checkTemplate(json, variables, bodyPath, problems);
  return { ...NONE, body: { kind: 'text', text: json } };
}

function readBodyFile(written: string, method: Method, path: Path, problems: Problems): BodyRead {
  const file = readFilePath(written, path, problems);
  if (method === 'GET') {
    problems.add(path, 'Taurus sends no file with GET: name another method, or write the body into the scenario');
    return NONE;
  }
  return file === null ? NONE : { ...NONE, body: { kind: 'file', path: file } };
}

/** A path below the scenario's folder, without `.` parts; null, with a problem, for any other. */
export function readFilePath(written: string, path: Path, problems: Problems): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (written.trim() === '' || /[\u0000-\u001f\u007f\\]|\$\{|^~|^[A-Za-z]:/.test(written)) {
    problems.add(path, `${describe(written)} is not a plain path: folders and file name with / between are expected`);
    return null;
  }
  const parts = written.split('/').filter((part) => part !== '.' && part !== '');
  if (written.startsWith('/') || parts.includes('..') || parts.length === 0 || written.endsWith('/')) {
    problems.add(path, `${describe(written)} is not a file inside the folder of the scenario`);
    return null;
  }
  return parts.join('/');
}

/** One level of texts and numbers. (Taurus counts true and false in, and sends Python's words for them.) */
function isForm(body: TaurusMapping): boolean {
  return Object.values(body).every((value) => value !== null && typeof value !== 'object');
}

function readForm(
  body: TaurusMapping,
  mediaType: string | null,
  method: Method,
  variables: Variables,
  path: Path,
  problems: Problems,
): BodyRead {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    const at = [...path, name];
    if (typeof value === 'boolean') {
      problems.add(at, `${value} in a form: put it in quotes (Taurus would send Python's ${value ? 'True' : 'False'})`);
      continue;
    }
    const text = typeof value === 'string' ? value : numberText(value as bigint | number);
    const isKnown = [name, text].map((part) => checkTemplate(part, variables, at, problems));
    // Filled in before it is encoded, not after: a value may hold an ampersand.
    if (!isKnown.includes(false)) parameters.append(fillIn(name, variables), fillIn(text, variables));
  }
  const text = parameters.toString();
  if (method === 'GET' || method === 'DELETE') return { ...NONE, query: text };
  if (method === 'HEAD' || method === 'OPTIONS') {
    problems.add(path, `parameters with ${method} are not supported: write them into the url`);
  }
  if (mediaType?.startsWith('multipart/')) {
    problems.add(path, `a body of type ${mediaType} is not supported by the native engine yet`);
  }
  return { body: { kind: 'text', text }, query: null, mediaType: FORM };
}
