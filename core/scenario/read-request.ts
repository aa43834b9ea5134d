/** A request among a scenario's `requests`. */
import { notSupported, type Read, readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import type { Path, Problems } from '../input/problems.ts';
import { describe, isMapping, type TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import { readEncoding } from './encodings.ts';
import type { FlowScope } from './flow-scope.ts';
import { readUrl } from './read-address.ts';
import { readAssertions } from './read-assertions.ts';
import { readBody } from './read-body.ts';
import { readExtractors } from './read-extractors.ts';
import { type Headers, mergeHeaders, readHeaders, valueOfHeader } from './read-headers.ts';
import { type Method, methods, type RequestStep } from './scenario.ts';
import { requestKeywords } from './step-keywords.ts';

/** Null when the request has no url that could be requested; all that is wrong is in the walk's problems. */
export function readRequest(value: TaurusValue, scope: FlowScope, path: Path): RequestStep | null {
  const { texts, problems } = scope.walk;
  const read = readMapping(isMapping(value) ? value : { url: value }, requestKeywords, path, problems);
  if (read === null) return null;
  if (read.protocol !== undefined && read.protocol !== 'http') {
    problems.add([...path, 'protocol'], notSupported('write http'));
  }
  const urlPath = isMapping(value) ? [...path, 'url'] : path;
  const method = readMethod(read.method, [...path, 'method'], problems);
  const own = readHeaders(read.headers ?? {}, texts, [...path, 'headers'], problems);
  const headers = mergeHeaders(scope.headers, own);
  const { body, query, mediaType } = readBody(
    {
      body: read.body,
      bodyFile: read['body-file'],
      uploads: read['upload-files'],
      method,
      contentType: valueOfHeader('content-type', own, scope.ownHeaders),
    },
    texts,
    path,
    problems,
  );
  const encoding = read['content-encoding'];
  const contentEncoding =
    encoding === undefined ? scope.contentEncoding : readEncoding(encoding, [...path, 'content-encoding'], problems);
  const assertions = readAssertions(read, texts, path, problems);
  const extractors = readExtractors(read, texts, path, problems);
  if (read.url === undefined) {
    if (!isMapping(value) || !Object.hasOwn(value, 'url') || value.url === null) problems.add(urlPath, 'is missing');
    return null;
  }
  const url = readUrl(read.url, scope.base, texts, urlPath, problems);
  const label = readLabel(read, scope, [...path, 'label']);
  if (url === null || label === null) return null;
  return {
    kind: 'request',
    label,
    method,
    url,
    query,
    headers: withMediaType(headers, mediaType),
    body,
    contentEncoding,
    thinkTime: read['think-time'] ?? scope.thinkTime,
    timeoutSeconds: read.timeout ?? scope.timeoutSeconds,
    followRedirects: read['follow-redirects'] ?? scope.followRedirects,
    keepAlive: read.keepalive ?? scope.keepAlive,
    randomSourceIp: read['random-source-ip'] ?? scope.randomSourceIp,
    assertions,
    extractors,
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
  { walk: { texts, problems } }: FlowScope,
  path: Path,
): string | null {
  const label = read.label ?? read.url ?? '';
  if (label.length > limits.labelLengthMax) {
    problems.add(path, `is longer than ${limits.labelLengthMax} characters (without a label, the url is the label)`);
    return null;
  }
  return read.label === undefined || texts.check(label, path) ? label : null;
}

/** A file is what its upload says, unless the headers say it. */
function withMediaType(headers: Headers, mediaType: string | null): Headers {
  if (mediaType === null || headers.some(([name]) => name.toLowerCase() === 'content-type')) return headers;
  return [...headers, ['Content-Type', mediaType]];
}
