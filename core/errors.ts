/**
 * The one table of errors. Every error that a person can meet has a stable code here, with the HTTP status and the CLI exit
 * code it leads to and a hint that says what to do. Code that fails throws a `LoadstarError` with one of these codes.
 */

/** Exit codes of the CLI; scripts rely on them. */
export const exitCodes = {
  passed: 0,
  criterionFailed: 1,
  badInput: 2,
  runFailed: 3,
  interrupted: 130,
} as const;

interface ErrorEntry {
  /** HTTP status the API answers with. */
  status: number;
  exitCode: number;
  hint: string;
}

export const errorTable = {
  scenario_invalid: {
    status: 422,
    exitCode: exitCodes.badInput,
    hint: 'Correct the named fields; docs/scenarios.md lists what Loadstar reads.',
  },
  scenario_unreadable: {
    status: 400,
    exitCode: exitCodes.badInput,
    hint: 'The file must hold one YAML or JSON mapping. Check its path and its syntax at the line named.',
  },
  scenario_too_large: {
    status: 413,
    exitCode: exitCodes.badInput,
    hint: 'Move large bodies into files named by body-file.',
  },
  scenario_file_missing: {
    status: 422,
    exitCode: exitCodes.badInput,
    hint: 'Paths in a scenario are relative to the scenario file and must stay inside its folder.',
  },
  secret_missing: {
    status: 422,
    exitCode: exitCodes.badInput,
    hint: 'Store it first: loadstar secrets set NAME; without a server: set LOADSTAR_SECRET_<NAME>.',
  },
  archive_invalid: {
    status: 422,
    exitCode: exitCodes.badInput,
    hint: 'Pack plain files again, with a common zip program and without a password; docs/scripts.md says what may be in it.',
  },
  main_script_unclear: {
    status: 422,
    exitCode: exitCodes.badInput,
    hint: 'Say which of the named files is the one to run: --main, or main in the request.',
  },
  option_invalid: {
    status: 400,
    exitCode: exitCodes.badInput,
    hint: 'Correct what is named; loadstar run --help and /api/openapi.json list what can be asked for.',
  },
  capacity_exceeded: {
    status: 409,
    exitCode: exitCodes.badInput,
    hint: 'Ask for fewer tasks, or raise the capacity of the region.',
  },
  not_found: { status: 404, exitCode: exitCodes.badInput, hint: 'Check the id; list what exists first.' },
  report_not_ready: {
    status: 404,
    exitCode: exitCodes.runFailed,
    hint: 'Wait until the run has ended; its series shows what is measured by now.',
  },
  chart_failed: {
    status: 502,
    exitCode: exitCodes.runFailed,
    hint: 'Try again in a moment; the console, and GET .../series, show the same numbers.',
  },
  conflict: { status: 409, exitCode: exitCodes.runFailed, hint: 'It was changed meanwhile: read it again and retry.' },
  run_state_conflict: {
    status: 409,
    exitCode: exitCodes.runFailed,
    hint: 'The run is in a phase in which this cannot be done.',
  },
  run_folder_invalid: {
    status: 500,
    exitCode: exitCodes.runFailed,
    hint: 'A file of the run folder is damaged or was written by another version. Keep the folder and report it.',
  },
  store_failed: {
    status: 500,
    exitCode: exitCodes.runFailed,
    hint: 'Check that the data directory can be written and that its disk is not full; on AWS, that tables and bucket can be reached.',
  },
  home_in_use: {
    status: 409,
    exitCode: exitCodes.badInput,
    hint: 'Stop the other control plane first, or use another data directory.',
  },
  launch_failed: { status: 500, exitCode: exitCodes.runFailed, hint: "Look at the tasks' logs in the run folder." },
  task_failed: { status: 500, exitCode: exitCodes.runFailed, hint: "Look at the task's log in the run folder." },
  engine_missing: {
    status: 500,
    exitCode: exitCodes.runFailed,
    hint: 'loadstar engines list shows what is found and where; docs/engines.md says how to bring your own.',
  },
  engine_install_failed: {
    status: 500,
    exitCode: exitCodes.runFailed,
    hint: 'Mend what is named and run it again: what was fetched is not fetched twice.',
  },
  config_invalid: {
    status: 500,
    exitCode: exitCodes.badInput,
    hint: 'Correct the named settings; docs/configuration.md lists them all.',
  },
  listen_failed: {
    status: 500,
    exitCode: exitCodes.badInput,
    hint: 'Choose another address with LOADSTAR_HOST and LOADSTAR_PORT, or end what uses it.',
  },
  request_invalid: {
    status: 400,
    exitCode: exitCodes.badInput,
    hint: 'Correct the named fields; /api/openapi.json describes every request.',
  },
  body_invalid: {
    status: 422,
    exitCode: exitCodes.badInput,
    hint: 'Correct the named fields of the body; /api/openapi.json describes it.',
  },
  body_too_large: {
    status: 413,
    exitCode: exitCodes.badInput,
    hint: 'Send less at once; files go through an upload URL.',
  },
  media_type_unsupported: {
    status: 415,
    exitCode: exitCodes.badInput,
    hint: 'Send the body in one of the media types named, uncompressed.',
  },
  method_not_allowed: {
    status: 405,
    exitCode: exitCodes.badInput,
    hint: 'Use one of the methods named in the Allow header.',
  },
  request_timeout: { status: 408, exitCode: exitCodes.runFailed, hint: 'Send the whole request without long pauses.' },
  request_head_too_large: { status: 431, exitCode: exitCodes.badInput, hint: 'Send a shorter URL and fewer headers.' },
  unauthenticated: {
    status: 401,
    exitCode: exitCodes.badInput,
    hint: 'Send the header Authorization: Bearer <token>; docs/sign-in.md says how to get one.',
  },
  forbidden: { status: 403, exitCode: exitCodes.badInput, hint: 'Ask an administrator.' },
  password_wrong: { status: 403, exitCode: exitCodes.badInput, hint: 'Correct it, or ask for a new one.' },
  password_refused: {
    status: 422,
    exitCode: exitCodes.badInput,
    hint: 'Choose a longer one, such as four words that have nothing to do with each other.',
  },
  attempts_exceeded: {
    status: 429,
    exitCode: exitCodes.runFailed,
    hint: 'Wait as long as the Retry-After header says.',
  },
  link_invalid: {
    status: 404,
    exitCode: exitCodes.badInput,
    hint: 'Each link works once, and not for long: ask an administrator for a new one.',
  },
  last_admin: { status: 409, exitCode: exitCodes.badInput, hint: 'Make somebody else an administrator first.' },
  users_elsewhere: {
    status: 409,
    exitCode: exitCodes.badInput,
    hint: 'Do this where the users are kept: at the issuer that signIn.issuer names.',
  },
  trials_elsewhere: {
    status: 409,
    exitCode: exitCodes.badInput,
    hint: 'Try it where you are: loadstar try FILE needs no server.',
  },
  mail_failed: {
    status: 502,
    exitCode: exitCodes.runFailed,
    hint: 'Check mail.smtpUrl and what the mail server says; until then hand links over yourself.',
  },
  issuer_unreachable: {
    status: 503,
    exitCode: exitCodes.runFailed,
    hint: 'Try again; if it stays so, check signIn.issuer and the way to it. API tokens work meanwhile.',
  },
  sign_in_failed: { status: 502, exitCode: exitCodes.badInput, hint: 'Try again: loadstar login URL.' },
  rate_limited: {
    status: 429,
    exitCode: exitCodes.runFailed,
    hint: 'Wait as long as the Retry-After header says, then go on slower.',
  },
  version_mismatch: {
    status: 412,
    exitCode: exitCodes.runFailed,
    hint: 'It was changed meanwhile: read it again and send its new ETag in If-Match.',
  },
  version_required: {
    status: 428,
    exitCode: exitCodes.badInput,
    hint: 'Read it first and send its ETag in the header If-Match.',
  },
  idempotency_key_reused: {
    status: 422,
    exitCode: exitCodes.badInput,
    hint: 'Use a new Idempotency-Key for a different request.',
  },
  server_unreachable: {
    status: 502,
    exitCode: exitCodes.runFailed,
    hint: 'Check that the server runs and that its address is right: --server, LOADSTAR_SERVER and loadstar login choose it.',
  },
  server_answer_invalid: {
    status: 502,
    exitCode: exitCodes.runFailed,
    hint: 'Check that the address is that of a Loadstar server of a version that fits this one.',
  },
  name_ambiguous: {
    status: 409,
    exitCode: exitCodes.badInput,
    hint: 'Use the id of the one that is meant, or give them different names.',
  },
  credentials_invalid: {
    status: 500,
    exitCode: exitCodes.badInput,
    hint: 'Correct or remove the file, then log in with loadstar login URL.',
  },
  internal: { status: 500, exitCode: exitCodes.runFailed, hint: 'This is a defect of Loadstar: please report it.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** One wrong field: where (`execution[0].ramp-up`) and what would be right. */
export interface FieldProblem {
  path: string;
  message: string;
}

/** An error for people: a code of the table, what is wrong, and the fields where it is wrong. */
export class LoadstarError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldProblem[];

  constructor(code: ErrorCode, message: string, options: { fields?: readonly FieldProblem[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LoadstarError';
    this.code = code;
    this.fields = options.fields ?? [];
  }

  get hint(): string {
    return errorTable[this.code].hint;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get exitCode(): number {
    return errorTable[this.code].exitCode;
  }
}
