/** What turns the bytes of a tool's file of samples into samples. */
export interface SampleReader {
  /**
   * Takes whole rows from the beginning of `bytes`; how many bytes these were. What is left comes again with more behind it. Throws
   * `task_failed` for a file that is none of its kind.
   */
  take(bytes: Buffer, length: number): number;
  /** Latest end of a sample so far, microseconds from go. */
  readonly lastEndUs: number;
  /** Earliest start of a sample so far, microseconds from go; Infinity: there was none. */
  readonly firstStartUs: number;
  readonly samples: number;
}
