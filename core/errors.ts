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
  option_invalid: { status: 400, exitCode: exitCodes.badInput, hint: 'See loadstar run --help.' },
  capacity_exceeded: {
    status: 409,
    exitCode: exitCodes.badInput,
    hint: 'Ask for fewer tasks, or raise the capacity of the region.',
  },
  not_found: { status: 404, exitCode: exitCodes.badInput, hint: 'Check the id; list what exists first.' },
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
    hint: 'Check that the data directory can be written and that its disk is not full.',
  },
  launch_failed: { status: 500, exitCode: exitCodes.runFailed, hint: "Look at the tasks' logs in the run folder." },
  task_failed: { status: 500, exitCode: exitCodes.runFailed, hint: "Look at the task's log in the run folder." },
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
