/** An entry of Taurus' `scenarios`: the flow that users walk. */
import { textOf } from '../input/fields.ts';
import { notSupported, type Read, readMapping } from '../input/keywords.ts';
import type { Path, Problems } from '../input/problems.ts';
import { isMapping, type TaurusMapping, type TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import { readDefaultAddress } from './read-address.ts';
import { readHeaders } from './read-headers.ts';
import { readRequest } from './read-request.ts';
import { type Flow, httpSettingsDefault, type ThinkTime, tlsSettingsDefault } from './scenario.ts';
import { flowKeywords } from './taurus-schema.ts';
import type { Variables } from './templates.ts';

const NO_THINK_TIME: ThinkTime = { kind: 'constant', seconds: 0 };

/** Taurus' own default. */
export const TIMEOUT_SECONDS_DEFAULT = 30;

/** Null when there is nothing to walk; all that is wrong is in `problems`. */
export function readFlow(name: string, value: TaurusValue, path: Path, problems: Problems): Flow | null {
  const read = readMapping(value, flowKeywords, path, problems);
  if (read === null) return null;
  refuseMissingBehaviour(read, path, problems);
  const variables = readVariables(read.variables ?? {}, [...path, 'variables'], problems);
  const written = read['default-address'];
  const defaultAddress =
    written === undefined ? null : readDefaultAddress(written, variables, [...path, 'default-address'], problems);
  const keepAlive = read.keepalive ?? true;
  const defaults = {
    // A wrong one is reported once, and not again for every request that needs it.
    hasDefaultAddress: written !== undefined,
    variables,
    headers: readHeaders(read.headers ?? {}, variables, [...path, 'headers'], problems),
    timeoutSeconds: read.timeout ?? TIMEOUT_SECONDS_DEFAULT,
    thinkTime: read['think-time'] ?? NO_THINK_TIME,
    followRedirects: read['follow-redirects'] ?? true,
    keepAlive,
  };
  const requests = read.requests ?? [];
  const requestsPath = [...path, 'requests'];
  const isScript = isMapping(value) && Object.hasOwn(value, 'script');
  if (requests.length === 0 && !isScript)
    problems.add(requestsPath, 'is missing or empty: there is nothing to request');
  if (requests.length > limits.requestsPerFlowMax) {
    problems.add(requestsPath, `${requests.length} requests are more than ${limits.requestsPerFlowMax}`);
    return null;
  }
  const steps = requests
    .map((request, index) => readRequest(request, defaults, [...requestsPath, index], problems))
    .filter((step) => step !== null);
  return steps.length === 0
    ? null
    : {
        name,
        defaultAddress,
        variables,
        properties: {},
        dataSources: [],
        http: httpSettingsDefault,
        tls: tlsSettingsDefault,
        steps,
      };
}

/** Taurus keeps cookies and a cache and fetches embedded resources when nothing is said; asking for it explicitly is refused. */
function refuseMissingBehaviour(read: Read<typeof flowKeywords.fields>, path: Path, problems: Problems): void {
  for (const keyword of ['store-cookie', 'store-cache', 'retrieve-resources', 'random-source-ip'] as const) {
    if (read[keyword] === true) problems.add([...path, keyword], notSupported('leave it out or write false'));
  }
  if (read.protocol !== undefined && read.protocol !== 'http')
    problems.add([...path, 'protocol'], notSupported('write http'));
}

function readVariables(mapping: TaurusMapping, path: Path, problems: Problems): Variables {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(mapping)) {
    const at = [...path, name];
    if (!/^[A-Za-z_][\w.-]*$/.test(name) || name.startsWith('__')) {
      problems.add(at, 'is not a name for a variable: a letter, then letters, digits, _ . and - are expected');
      continue;
    }
    const text = textOf(value, (message) => void problems.add(at, message));
    if (text?.includes('${')) problems.add(at, notSupported('a variable cannot be made of another'));
    // A wrong one counts as known all the same, so that its uses are not reported too.
    variables[name] = text === undefined || text.includes('${') ? '' : text;
  }
  return variables;
}
