/** Bodies: a text, a file, form fields, JSON or uploads, decided as Taurus and JMeter decide. */
import { type Path, type Problems, pathText } from '../input/problems.ts';
import { isMapping, jsonTextOf, numberText, type TaurusMapping, type TaurusValue } from '../input/value.ts';
import type { FlowTexts } from './flow-texts.ts';
import { readFilePath } from './read-file-path.ts';
import { readSentText } from './read-sent-text.ts';
import { readUploads, type Upload } from './read-uploads.ts';
import type { Body, Method } from './scenario.ts';

type Parameters = [name: string, value: string][];

export interface BodyRead {
  body: Body | null;
  /** Form parameters to append to the url. */
  query: Parameters;
  /** Media type of a file that is sent as the body, when the request names none. */
  mediaType: string | null;
}

export interface BodySource {
  body: TaurusValue | undefined;
  bodyFile: string | undefined;
  uploads: TaurusValue[] | undefined;
  method: Method;
  /** Lower case: what the request says, or else its scenario. */
  contentType: string | null;
}

const NONE: BodyRead = { body: null, query: [], mediaType: null };

/** What is written, before the method has its say. */
type Content = { kind: 'none' } | { kind: 'text'; text: string } | { kind: 'form'; parameters: Parameters };

/** Adds problems below `path` (the request's). */
export function readBody(source: BodySource, texts: FlowTexts, path: Path, problems: Problems): BodyRead {
  const noEffect = (what: string, why: string) =>
    problems.warn(`${pathText(path)}: ${what} has no effect ${why}, as in Taurus`);
  const content = readContent(source, texts, [...path, 'body'], problems);
  if (content === null) return NONE;
  const uploads = readUploads(source.uploads ?? [], source.method, texts, [...path, 'upload-files'], problems);
  const { method, bodyFile } = source;
  const file = bodyFile === undefined ? null : readFilePath(bodyFile, [...path, 'body-file'], problems);
  if (file !== null && (content.kind !== 'none' || uploads.length > 0)) {
    noEffect('body-file', content.kind === 'none' ? 'beside upload-files' : 'beside body');
  }
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') {
    if (file !== null && content.kind === 'none' && uploads.length === 0) noEffect('body-file', `with ${method}`);
    if (uploads.length > 0) noEffect('upload-files', `with ${method}`);
    return withoutBody(content, method, noEffect);
  }
  if (uploads.length > 0) return withUploads(content, uploads, method, noEffect);
  if (content.kind === 'text') return { ...NONE, body: content };
  if (content.kind === 'form') {
    // JMeter sends the fields of a DELETE twice.
    return { ...NONE, body: content, query: method === 'DELETE' ? content.parameters : [] };
  }
  return file === null ? NONE : { ...NONE, body: { kind: 'file', path: file } };
}

/** GET, HEAD and OPTIONS: fields go into the url, and only GET may have a text. */
function withoutBody(content: Content, method: Method, noEffect: (what: string, why: string) => void): BodyRead {
  if (content.kind === 'form' && method !== 'HEAD') return { ...NONE, query: content.parameters };
  if (content.kind === 'text' && method === 'GET') return { ...NONE, body: content };
  if (content.kind !== 'none') noEffect('body', `with ${method}`);
  return NONE;
}

function withUploads(
  content: Content,
  uploads: readonly Upload[],
  method: Method,
  noEffect: (what: string, why: string) => void,
): BodyRead {
  const [first] = uploads;
  if (first !== undefined && first.parameter === '') {
    if (content.kind === 'text') return { ...NONE, body: content, mediaType: first.mediaType };
    if (content.kind === 'form') {
      noEffect('upload-files', `beside the fields of a ${method}`);
      return { ...NONE, body: content };
    }
    return { ...NONE, body: { kind: 'file', path: first.path }, mediaType: first.mediaType };
  }
  if (content.kind === 'text') noEffect('a body that is a text', 'beside upload-files');
  const parameters = content.kind === 'form' ? content.parameters : [];
  return {
    body: { kind: 'multipart', parameters, files: [...uploads] },
    query: method === 'DELETE' ? parameters : [],
    mediaType: null,
  };
}

/** Null, with a problem, when it cannot be sent. */
function readContent(
  { body, contentType }: BodySource,
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): Content | null {
  if (body === undefined || body === null) return { kind: 'none' };
  if (typeof body === 'string') return texts.check(body, path) ? { kind: 'text', text: body } : null;
  const isJson = contentType === 'application/json';
  if (!isJson && isMapping(body) && isForm(body)) {
    if (contentType !== null && /^application\/(.*\+)?json\b/.test(contentType)) {
      problems.warn(
        `${pathText(path)}: is sent as a form, as Taurus does unless the Content-Type is just application/json; write a text to send JSON`,
      );
    }
    return readForm(body, texts, path, problems);
  }
  const json = jsonTextOf(body);
  if (json === null) {
    problems.add(path, 'holds a number that JSON cannot write (infinite, or none)');
    return null;
  }
  if (!isJson && typeof body === 'object') {
    problems.warn('A body with nested values is sent as JSON; say so with the header Content-Type: application/json');
  }
  return texts.check(json, path) ? { kind: 'text', text: json } : null;
}

/** One level of texts, numbers, true and false. */
function isForm(body: TaurusMapping): boolean {
  return Object.values(body).every((value) => value !== null && typeof value !== 'object');
}

function readForm(body: TaurusMapping, texts: FlowTexts, path: Path, problems: Problems): Content | null {
  const parameters: Parameters = [];
  let isRight = true;
  for (const [name, value] of Object.entries(body)) {
    const at = [...path, name];
    const text =
      typeof value === 'bigint' || typeof value === 'number' ? numberText(value) : readSentText(value, at, problems);
    const areTemplates = [name, text ?? ''].map((part) => texts.check(part, at));
    if (text === null || areTemplates.includes(false)) isRight = false;
    else parameters.push([name, text]);
  }
  return isRight ? { kind: 'form', parameters } : null;
}
