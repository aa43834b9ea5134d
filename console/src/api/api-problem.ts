/** An error of the API (RFC 9457), as people are shown it. */

export interface FieldProblem {
  path: string;
  message: string;
}

export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** What to do. */
  readonly hint: string;
  readonly fields: readonly FieldProblem[];
  /** Names the request in the server's log. */
  readonly instance: string;

  constructor(
    status: number,
    told: Partial<Record<'code' | 'detail' | 'hint' | 'instance', string>> & { fields?: FieldProblem[] },
  ) {
    super(told.detail ?? `The control plane answered ${status}.`);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = told.code ?? 'unknown';
    this.hint = told.hint ?? '';
    this.fields = told.fields ?? [];
    this.instance = told.instance ?? '';
  }
}

/** Nobody answered a request. */
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super('The control plane does not answer.', { cause });
    this.name = 'NoAnswer';
  }
}

/** Of any error: what happened and what to do, for people. */
export function describeError(error: unknown): { title: string; hint: string; fields: readonly FieldProblem[] } {
  if (error instanceof ApiProblem) return { title: error.message, hint: error.hint, fields: error.fields };
  if (error instanceof NoAnswer) {
    return { title: error.message, hint: 'It may be restarting; the console goes on trying.', fields: [] };
  }
  return { title: error instanceof Error ? error.message : String(error), hint: '', fields: [] };
}
