/** Objects read one after the other, where each read is a way to another machine and back: small ones are fetched before it is their turn. */
import { LoadstarError } from '../../../core/errors.ts';
import type { ObjectInfo } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';

const AHEAD_MAX = 16;
/** All that is fetched ahead is below the product of both. */
const SMALL_BYTES_MAX = 256 * 1024;

export interface ObjectAhead {
  info: ObjectInfo;
  /** Once. Throws `conflict` when it was deleted meanwhile. */
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/** In their order, which is the order to open them in. */
export function readAhead({ objects }: Pick<Ports, 'objects'>, infos: readonly ObjectInfo[]): ObjectAhead[] {
  const fetched = new Map<ObjectInfo, Promise<Uint8Array>>();
  let fetchedTo = 0;
  const fetchTo = (end: number) => {
    for (const info of infos.slice(fetchedTo, end)) {
      if (info.sizeBytes > SMALL_BYTES_MAX) continue;
      const fetching = objects.get(info.key).then((found) => found?.body ?? refuseDeleted(info.key));
      // Whoever opens it is told; nobody may come to that.
      fetching.catch(() => {});
      fetched.set(info, fetching);
    }
    fetchedTo = Math.max(fetchedTo, end);
  };
  return infos.map((info, i) => ({
    info,
    async open() {
      fetchTo(i + AHEAD_MAX);
      const small = fetched.get(info);
      if (small === undefined) return (await objects.read(info.key))?.chunks() ?? refuseDeleted(info.key);
      const body = await small;
      fetched.delete(info);
      return piecesOf(body);
    },
  }));
}

async function* piecesOf(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

function refuseDeleted(key: string): never {
  throw new LoadstarError('conflict', `${key} was deleted meanwhile`);
}
