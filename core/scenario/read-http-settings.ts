/** What a scenario says of cookies, cache, embedded resources, names and authorization. */
import type { Read } from '../input/keywords.ts';
import { readMapping } from '../input/keywords.ts';
import { type Path, type Problems, pathText } from '../input/problems.ts';
import { describe, isMapping, type TaurusMapping, type TaurusValue, valueAt } from '../input/value.ts';
import type { FlowTexts } from './flow-texts.ts';
import { refusedForTaurus } from './needs-taurus.ts';
import { checkPattern } from './pattern.ts';
import { readSentText } from './read-sent-text.ts';
import type { HttpSettings } from './scenario.ts';
import { authorizationKeywords, cookieKeywords, type flowKeywords } from './taurus-schema.ts';

type Cookie = HttpSettings['cookies'][number];
type Authorization = HttpSettings['authorizations'][number];

/** JMeter's own number, which Taurus leaves in place for 0. */
const POOL_SIZE_OF_JMETER = 6;
const POOL_SIZE_DEFAULT = 4;
const POOL_SIZE_MAX = 100;

export function readHttpSettings(
  read: Read<typeof flowKeywords.fields>,
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): HttpSettings {
  const storeCookies = read['store-cookie'] ?? true;
  const storeCache = read['store-cache'] ?? true;
  const cookies = readCookies(read.cookies ?? [], texts, [...path, 'cookies'], problems);
  if (cookies.length > 0 && !storeCookies) {
    problems.warn(`${pathText([...path, 'cookies'])}: has no effect with store-cookie: false, as in Taurus`);
  }
  const { authorizations, isCleared } = readAuthorization(read.authorization, texts, path, problems);
  return {
    storeCookies,
    storeCache,
    cookies: storeCookies ? cookies : [],
    resources: readResources(read, texts, path, problems),
    dnsCache: read['use-dns-cache-mgr'] ?? true,
    authorizations,
    // Taurus forgets its cache with each iteration, and keeps cookies.
    clears: [...(storeCache ? (['cache'] as const) : []), ...(isCleared ? (['authorizations'] as const) : [])],
  };
}

function readResources(
  read: Read<typeof flowKeywords.fields>,
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): HttpSettings['resources'] {
  const written = read['concurrent-pool-size'] ?? POOL_SIZE_DEFAULT;
  const poolSize = written === 0 ? POOL_SIZE_OF_JMETER : written;
  if (poolSize > POOL_SIZE_MAX) {
    problems.add([...path, 'concurrent-pool-size'], `${poolSize} is more than ${POOL_SIZE_MAX}`);
  }
  const pattern = read['retrieve-resources-regex'] || null;
  if (pattern !== null) {
    const at = [...path, 'retrieve-resources-regex'];
    if (texts.check(pattern, at)) checkPattern(pattern, texts, at, problems);
  }
  return (read['retrieve-resources'] ?? true) ? { pattern, poolSize } : null;
}

function readCookies(values: readonly TaurusValue[], texts: FlowTexts, path: Path, problems: Problems): Cookie[] {
  return values.flatMap((value, index) => {
    const at = [...path, index];
    const read = readMapping(value, cookieKeywords, at, problems);
    if (read === null) return [];
    const textOf = (keyword: 'name' | 'value' | 'domain' | 'path', byDefault?: string): string => {
      const written = read[keyword] ?? byDefault;
      if (written === undefined) problems.add([...at, keyword], 'is missing');
      const text = written === undefined ? null : readSentText(written, [...at, keyword], problems);
      if (text !== null) texts.check(text, [...at, keyword]);
      // It would end the header, or another cookie would begin.
      if (/[\r\n;]/.test(text ?? '')) problems.add([...at, keyword], 'holds a semicolon or a line break');
      return text ?? '';
    };
    return [
      {
        name: textOf('name'),
        value: textOf('value'),
        domain: textOf('domain'),
        path: textOf('path', ''),
        secure: read.secure ?? false,
      },
    ];
  });
}

/** One entry, a list of them, or both with `clear`. */
function readAuthorization(
  value: TaurusValue | undefined,
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): { authorizations: Authorization[]; isCleared: boolean } {
  const at = [...path, 'authorization'];
  if (value === undefined) return { authorizations: [], isCleared: false };
  if (isMapping(value) && (Object.hasOwn(value, 'clear') || Object.hasOwn(value, 'list'))) {
    const clear = valueAt(value, 'clear') ?? false;
    if (typeof clear !== 'boolean') problems.add([...at, 'clear'], `${describe(clear)} is neither true nor false`);
    for (const key of Object.keys(value)) {
      if (key !== 'clear' && key !== 'list') problems.add([...at, key], 'belongs into an entry of list');
    }
    return {
      authorizations: readEntries(valueAt(value, 'list') ?? [], texts, [...at, 'list'], problems),
      isCleared: clear === true,
    };
  }
  return { authorizations: readEntries(value, texts, at, problems), isCleared: false };
}

function readEntries(value: TaurusValue, texts: FlowTexts, path: Path, problems: Problems): Authorization[] {
  if (isMapping(value)) return readEntry(value, texts, path, problems);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => readEntry(item, texts, [...path, index], problems));
  }
  problems.add(path, `${describe(value)} is neither an authorization nor a list of them`);
  return [];
}

function readEntry(
  value: TaurusMapping | TaurusValue,
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): Authorization[] {
  const read = readMapping(value, authorizationKeywords, path, problems);
  if (read === null) return [];
  const mechanism = (read.mechanism ?? 'basic').toLowerCase();
  if (mechanism !== 'basic' && mechanism !== 'digest') {
    const message = mechanism === 'kerberos' ? refusedForTaurus('write basic or digest') : 'basic and digest are known';
    problems.add([...path, 'mechanism'], `${read.mechanism}: ${message}`);
    return [];
  }
  const { url = '', domain = '', name = '', password = '', realm = '' } = read;
  if (name === '' || password === '' || (url === '' && domain === '')) {
    problems.warn(`${pathText(path)}: has no effect without name, password and url, as in Taurus`);
    return [];
  }
  if (domain !== '') problems.warn(`${pathText([...path, 'domain'])}: is for NTLM, which is not supported`);
  for (const [keyword, text] of Object.entries({ url, name, password, realm })) texts.check(text, [...path, keyword]);
  return [{ mechanism, url, realm, name, password }];
}
