/**
 * Every limit of the system, in one place. A limit that is met is either an error from the table in `errors.ts` (input) or a
 * counted overflow that the report shows (measurements); nothing is cut in silence.
 */
export const limits = {
  /** Distinct labels a run keeps apart; the rest is counted under `OTHER_LABEL`. */
  labelsMax: 500,
  /** Distinct error types (type + message) a task keeps apart; the rest is counted as type `other`. */
  errorTypesMax: 100,
  /** All error examples of a task together. */
  errorExamplesBytesMax: 64 * 1024,
  /** One error example. */
  errorExampleBytesMax: 2 * 1024,
  tasksMax: 10_000,
  /** Worker threads of one task. */
  threadsMax: 64,
  regionsMax: 50,
  /** A scenario's text after its files were merged. */
  scenarioBytesMax: 5 * 1024 * 1024,
  runSecondsMax: 30 * 24 * 3600,
  /** All executions of a scenario together. */
  usersMax: 1_000_000,
  requestsPerSecondMax: 10_000_000,
  executionsMax: 100,
  stepsMax: 1_000,
  /** Requests and blocks, those of included scenarios too. */
  requestsPerFlowMax: 1_000,
  /** Blocks and included scenarios within each other. */
  blockDepthMax: 20,
  dataSourcesPerFlowMax: 100,
  criteriaMax: 100,
  tagsMax: 20,
  nameLengthMax: 200,
  descriptionLengthMax: 2_000,
  labelLengthMax: 1_000,
  /** A file that a scenario names (`body-file`). */
  scenarioFileBytesMax: 50 * 1024 * 1024,
  /** A script that Loadstar reads before Taurus runs it. */
  scriptBytesMax: 5 * 1024 * 1024,
  /** Into how many parts k6 is made to divide a load: its table of them. */
  k6SegmentPartsMax: 1_000_000,
  /** Files of a scenario. */
  scenarioFilesMax: 1_000,
  /** Earlier versions that are kept of one file, and of all files of a scenario: the newest. */
  fileVersionsMax: 20,
  scenarioFileVersionsMax: 2_000,
  /** Bytes of all earlier versions of a scenario's files. */
  scenarioFileVersionsBytesMax: 1024 * 1024 * 1024,
  /** A script or an archive that is uploaded to make a scenario of it. */
  uploadBytesMax: 200 * 1024 * 1024,
  /** What an archive may list, folders and ignored files too, and unpack to. */
  archiveEntriesMax: 5_000,
  archiveBytesMax: 500 * 1024 * 1024,
  /** How many times smaller than its content an entry may be packed, when that is larger than `archiveRatioFromBytes`. */
  archiveRatioMax: 300,
  archiveRatioFromBytes: 1024 * 1024,
  /** Users an open model without `concurrency` may open, per task. */
  openModelUsersPerTaskMax: 5_000,
  /** One response's head: status line and headers. */
  responseHeadBytesMax: 256 * 1024,
  redirectsMax: 20,
  /** A window as one line on a task's standard output. */
  windowLineBytesMax: 12 * 1024,
  windowLabelsMax: 20,
  /** A key of the object store, UTF-8: with the store's own folder in front it stays below what macOS allows as a path (1024). */
  objectKeyBytesMax: 768,
  /** One part of it: what file systems allow as a file name. */
  objectKeyPartBytesMax: 255,
  secretsMax: 1_000,
  /** UTF-16 units: shorter ones would be found, and blotted out, in every other text. */
  secretLengthMin: 4,
  /** UTF-8. */
  secretBytesMax: 16 * 1024,
  /** Values of all secrets of one run: they travel in an environment. */
  runSecretsBytesMax: 64 * 1024,
  /** Rows of one page of a list. */
  pageRowsMax: 1_000,
  /** Items of one page of a list in the API. */
  pageItemsMax: 200,
  /** A body of an API request or answer; larger ones go by upload and download URLs. In base64, with its headers, it fits into the 6 MiB of a Lambda. */
  apiBodyBytesMax: 4_600_000,
  /** What a scenario that is stored may hold as JSON, as it was written and as it was understood together: it is answered in one body. */
  storedScenarioBytesMax: 4 * 1024 * 1024,
  /** Pieces of the curves of one plan preview, for the same reason. */
  previewPiecesMax: 20_000,
  /** Points of one answer with a run's series: they keep it below the above. */
  seriesPointsMax: 5_000,
  /** A try of a scenario: how long all of it may take, how many a control plane makes at once, requests of all its flows together. */
  trialSecondsMax: 60,
  trialsAtOnceMax: 3,
  trialRequestsMax: 200,
  /** Times around each loop, and the longest think-time or pause. */
  trialLoopRoundsMax: 5,
  trialPauseSecondsMax: 1,
  /** What is shown of a body, of a head, of a variable, in characters; of the whole, as JSON in bytes. */
  trialBodyCharactersMax: 64 * 1024,
  trialHeadCharactersMax: 16 * 1024,
  trialVariableCharactersMax: 2_000,
  trialBytesMax: 4 * 1024 * 1024,
  /** Files of a scenario that are handed to a try, all together. */
  trialFilesBytesMax: 256 * 1024 * 1024,
  /** Lines of a task's log that can be asked for as its last ones. */
  logTailLinesMax: 100_000,
  /** Entries of the audit that are kept: the newest. */
  auditEntriesMax: 100_000,
  /** An object that a task writes into its run folder over HTTP, and its ready mark or `done.json`. */
  taskObjectBytesMax: 64 * 1024 * 1024,
  taskMarkBytesMax: 64 * 1024,
  /** What a task keeps of what Taurus and its tools leave: files, and bytes of all of them. */
  taskArtifactsMax: 500,
  taskArtifactsBytesMax: 512 * 1024 * 1024,
  /** Uncompressed segment. Guards the reader against a hostile or damaged file. */
  segmentBytesMax: 256 * 1024 * 1024,
  /** Errors (label + type + message) that a merged segment keeps apart; the rest is counted as type `other` of its label. */
  segmentErrorsMax: 50_000,
} as const;

/** The label that takes the samples of all labels above `limits.labelsMax`. */
export const OTHER_LABEL = '(other)';
