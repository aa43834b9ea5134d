/** One item of a flow's `requests`. */
import { firstOf, notSupported, type Read, readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import type { Path, Problems } from '../input/problems.ts';
import { describe, isMapping, type TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import { readUrl } from './read-address.ts';
import { readAssertions } from './read-assertions.ts';
import { readBody } from './read-body.ts';
import { type Headers, mergeHeaders, readHeaders } from './read-headers.ts';
import { type Method, methods, type RequestStep, type ThinkTime } from './scenario.ts';
import { logicBlocks, requestKeywords } from './taurus-schema.ts';
import { checkTemplate, type Variables } from './templates.ts';

/** What the flow says for all its requests. */
export interface FlowDefaults {
  hasDefaultAddress: boolean;
  variables: Variables;
  headers: Headers;
  timeoutSeconds: number;
  thinkTime: ThinkTime;
  followRedirects: boolean;
  keepAlive: boolean;
}

/** Null when the request has no url that could be requested; all that is wrong is in `problems`. */
export function readRequest(
  value: TaurusValue,
  flow: FlowDefaults,
  path: Path,
  problems: Problems,
): RequestStep | null {
  if (!isMapping(value) && typeof value !== 'string') {
    problems.add(path, `${describe(value)} is not a request: a url or a mapping is expected`);
    return null;
  }
  if (isMapping(value)) {
    const block = firstOf(value, logicBlocks);
    if (block !== null) {
      problems.add([...path, block], notSupported('write the requests one after the other'));
      return null;
    }
  }
  const read = readMapping(isMapping(value) ? value : { url: value }, requestKeywords, path, problems);
  if (read === null) return null;
  const urlPath = isMapping(value) ? [...path, 'url'] : path;
  const method = readMethod(read.method, [...path, 'method'], problems);
  const own = readHeaders(read.headers ?? {}, flow.variables, [...path, 'headers'], problems);
  const headers = mergeHeaders(flow.headers, own);
  const { body, query, mediaType } = readBody(
    { body: read.body, bodyFile: read['body-file'], method, headers },
    flow.variables,
    path,
    problems,
  );
  if (read['random-source-ip'] === true) problems.add([...path, 'random-source-ip'], notSupported('write false'));
  const assertions =
    read.assert === undefined ? [] : readAssertions(read.assert, flow.variables, [...path, 'assert'], problems);
  if (read.url === undefined) {
    if (!isMapping(value) || !Object.hasOwn(value, 'url') || value.url === null) problems.add(urlPath, 'is missing');
    return null;
  }
  const url = readUrl(read.url, flow.hasDefaultAddress, flow.variables, urlPath, problems);
  const label = readLabel(read, flow.variables, [...path, 'label'], problems);
  if (url === null || label === null) return null;
  return {
    kind: 'request',
    label,
    method,
    url: query === null ? url : withQuery(url, query),
    query: [],
    headers: mediaType === null || hasContentType(headers) ? headers : [...headers, ['Content-Type', mediaType]],
    body,
    contentEncoding: null,
    thinkTime: read['think-time'] ?? flow.thinkTime,
    timeoutSeconds: read.timeout ?? flow.timeoutSeconds,
    followRedirects: read['follow-redirects'] ?? flow.followRedirects,
    keepAlive: read.keepalive ?? flow.keepAlive,
    randomSourceIp: false,
    assertions,
    extractors: [],
  };
}

/** `GET` when nothing, or nothing valid, was written. */
function readMethod(written: string | undefined, path: Path, problems: Problems): Method {
  if (written === undefined) return 'GET';
  const method = methods.find((known) => known === written.toUpperCase());
  if (method !== undefined) return method;
  const near = didYouMean(written, methods) || `: one of ${methods.join(', ')} is expected`;
  problems.add(path, `${describe(written)} is not a method that can be sent${near}`);
  return 'GET';
}

function readLabel(
  read: Read<typeof requestKeywords.fields>,
  variables: Variables,
  path: Path,
  problems: Problems,
): string | null {
  const label = read.label ?? read.url ?? '';
  if (label.length > limits.labelLengthMax) {
    problems.add(path, `is longer than ${limits.labelLengthMax} characters (without a label, the url is the label)`);
    return null;
  }
  return read.label === undefined || checkTemplate(label, variables, path, problems) ? label : null;
}

function hasContentType(headers: Headers): boolean {
  return headers.some(([name]) => name.toLowerCase() === 'content-type');
}

/** Appends form parameters, before the fragment if there is one. */
function withQuery(url: string, query: string): string {
  const [address = '', fragment] = url.split(/#(.*)/s, 2);
  const joined = `${address}${address.includes('?') ? '&' : '?'}${query}`;
  return fragment === undefined ? joined : `${joined}#${fragment}`;
}
