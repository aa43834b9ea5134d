/** What a scenario of Taurus says for all its requests. */
import type { Read } from '../input/keywords.ts';
import type { Path } from '../input/problems.ts';
import { readEncoding } from './encodings.ts';
import type { FlowScope, FlowWalk } from './flow-scope.ts';
import { readDefaultAddress } from './read-address.ts';
import { readHeaders } from './read-headers.ts';
import type { flowKeywords } from './taurus-schema.ts';
import { NO_THINK_TIME } from './think-time.ts';

/** Taurus' own default. */
const TIMEOUT_SECONDS_DEFAULT = 30;

/** `including`: the scope of the scenario that includes it. */
export function readFlowScope(
  read: Read<typeof flowKeywords.fields>,
  walk: FlowWalk,
  including: FlowScope | null,
  path: Path,
): FlowScope {
  const { texts, problems } = walk;
  const written = read['default-address'];
  const defaultAddress =
    written === undefined ? null : readDefaultAddress(written, texts, [...path, 'default-address'], problems);
  const ownHeaders = readHeaders(read.headers ?? {}, texts, [...path, 'headers'], problems);
  const encoding = read['content-encoding'];
  const own = encoding === undefined ? null : readEncoding(encoding, [...path, 'content-encoding'], problems);
  return {
    walk,
    base:
      written === undefined && including !== null
        ? including.base
        : {
            defaultAddress,
            // A wrong one is reported once, and not again for every request that needs it.
            isGiven: written !== undefined,
            isForeign: including !== null && defaultAddress !== including.base.defaultAddress,
          },
    headers: including === null ? ownHeaders : including.headers,
    ownHeaders,
    timeoutSeconds: read.timeout ?? TIMEOUT_SECONDS_DEFAULT,
    thinkTime: read['think-time'] ?? NO_THINK_TIME,
    followRedirects: read['follow-redirects'] ?? true,
    keepAlive: read.keepalive ?? true,
    randomSourceIp: read['random-source-ip'] ?? false,
    contentEncoding: own ?? including?.contentEncoding ?? null,
    forceParentSample: read['force-parent-sample'] ?? false,
  };
}
