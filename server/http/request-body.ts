/** Bodies of requests: never more than allowed, whatever their sender says, and read as what they are. */
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { accessOf } from './access.ts';
import type { ApiContext, ApiMiddleware } from './api.ts';

/** Bounds the bodies of the API. Throws `body_too_large`, `media_type_unsupported` for a compressed one. */
export function limitBodies(): ApiMiddleware {
  const limit = limitBody(limits.apiBodyBytesMax);
  return (c, next) => (accessOf(c.req.path) === 'own' ? next() : limit(c, next));
}

/**
 * Bounds the body of one route. One that says that it is too long is refused before any of it is read; one of unknown length is cut off when
 * it gets there.
 */
export function limitBody(bytesMax: number): ApiMiddleware {
  return async (c, next) => {
    const { headers } = c.req.raw;
    if (!['', 'identity'].includes(headers.get('content-encoding') ?? '')) {
      throw new LoadstarError('media_type_unsupported', 'A compressed body is not understood here.');
    }
    const isChunked = headers.has('transfer-encoding');
    const length = isChunked ? null : headers.get('content-length');
    if (length !== null && Number(length) > bytesMax) throw tooLarge(bytesMax);
    // What says how long it is, is no longer: the server's parser sees to that.
    const isBounded = length !== null || ['GET', 'HEAD'].includes(c.req.method);
    if (isBounded || c.req.raw.body === null) return next();
    let isTooLarge = false;
    const counted = c.req.raw.body.pipeThrough(
      countBytes(bytesMax, () => {
        isTooLarge = true;
      }),
    );
    c.req.raw = new Request(c.req.raw, { body: counted, duplex: 'half' });
    await next();
    // Whoever read the body may have made another error of it.
    if (isTooLarge) throw tooLarge(bytesMax);
  };
}

function countBytes(bytesMax: number, onTooMany: () => void): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes <= bytesMax) return controller.enqueue(chunk);
      onTooMany();
      controller.error(tooLarge(bytesMax));
    },
  });
}

function tooLarge(bytesMax: number): LoadstarError {
  return new LoadstarError('body_too_large', `The body is larger than ${bytesMax} bytes.`);
}

/**
 * A body that is a text, for routes whose documents are no JSON or are kept as they were written. Throws `media_type_unsupported` when its type is
 * none of these, `request_invalid` when it is not UTF-8.
 */
export async function readText(
  c: ApiContext,
  mediaTypes: readonly string[],
): Promise<{ text: string; mediaType: string }> {
  const mediaType = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!mediaTypes.includes(mediaType)) {
    const given =
      mediaType === '' ? 'The body has no media type' : `The media type ${mediaType} is not understood here`;
    throw new LoadstarError('media_type_unsupported', `${given}: ${mediaTypes.join(', ')} are.`);
  }
  const bytes = await c.req.arrayBuffer();
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), mediaType };
  } catch (cause) {
    throw new LoadstarError('request_invalid', 'The body is not text in UTF-8.', { cause });
  }
}
