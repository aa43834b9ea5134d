/** An error whose answer has headers of its own. */
import { type ErrorCode, type FieldProblem, LoadstarError } from '../../core/errors.ts';

export class HttpError extends LoadstarError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { headers?: Readonly<Record<string, string>>; fields?: readonly FieldProblem[]; cause?: unknown } = {},
  ) {
    super(code, message, options);
    this.headers = options.headers ?? {};
  }
}
