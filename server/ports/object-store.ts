/**
 * Files by key: run folders, scenario files, reports. Keys are `/`-separated relative paths without empty, `.` or `..` parts; any
 * other key is refused with `option_invalid` (`object-key.ts` has the whole rule). No key is also the folder of another one (`a` beside
 * `a/b`): file systems cannot hold both. Reading sees either the old or the new content, never a part of one.
 */
export interface ObjectInfo {
  key: string;
  sizeBytes: number;
  modifiedAtMs: number;
}

export interface ReadableObject {
  key: string;
  sizeBytes: number;
  modifiedAtMs: number;
  /**
   * The content, `sizeBytes` long, in pieces as they are asked for; nothing is open before the first. Of a part: those bytes alone, which must lie
   * within it. Throws `conflict` when the object was replaced by one of another size or deleted since, `store_failed`.
   */
  chunks(part?: BytesPart): AsyncGenerator<Uint8Array>;
}

/** Bytes from `from`, inclusive, to `to`, exclusive. */
export interface BytesPart {
  from: number;
  to: number;
}

export type ObjectBody = Uint8Array | AsyncIterable<Uint8Array>;

export interface ObjectStore {
  /** For objects of any size. Null when there is none. */
  read(key: string): Promise<ReadableObject | null>;
  /** Null when there is none. Its etag changes whenever the content does. */
  get(key: string): Promise<{ body: Uint8Array; etag: string } | null>;
  /**
   * Writes the whole object, from one array or from pieces as they come; when those end with an error, nothing is written and the error is passed
   * on. `ifAbsent`: only when there is none. `ifMatch`: only when its etag is still this one. Throws `conflict`
   * when the condition does not hold. Returns the new etag. Of several concurrent conditional writes exactly one wins.
   */
  put(key: string, body: ObjectBody, condition?: { ifAbsent: true } | { ifMatch: string }): Promise<string>;
  /** All objects whose keys start with `prefix` (which ends in `/`, or is empty), in the order of their keys' UTF-8 bytes. No content is read for it. */
  list(prefix: string): Promise<ObjectInfo[]>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
  /** Deletes all that `list(prefix)` lists, and drafts beside it. The empty prefix is refused. */
  deletePrefix(prefix: string): Promise<void>;
}
