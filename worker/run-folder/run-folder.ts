/**
 * The run folder as a task sees it: objects by path (`core/run-folder/run-folder.ts` says which). An adapter exists per URL scheme.
 */
export interface RunFolder {
  /** The whole object; null when there is none. Throws `store_failed` when that cannot be told. */
  read(path: string): Promise<Uint8Array | null>;
  /**
   * Writes the whole object: a reader sees the old content, the new one or none, never a part, whenever the writer dies. When it
   * resolves, the object outlives a crash of the machine. Throws `store_failed`.
   */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** The control plane's clock minus this machine's, in milliseconds, as far as the folder can tell; 0 below what it can resolve. */
  clockOffsetMs(): Promise<number>;
  /** Removes what it keeps beside the objects. Nothing can be written any more. Never throws. */
  close(): Promise<void>;
}
