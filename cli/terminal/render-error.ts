/** An error as people read it: what is wrong, every place where it is, what to do. */
import { type FieldProblem, LoadstarError } from '../../core/errors.ts';
import type { Style } from './style.ts';
import { printable } from './text.ts';

/** The lines to print for what was thrown, each ended by a newline. Of an `AggregateError` all its errors. */
export function renderError(error: unknown, style: Style): string {
  if (error instanceof AggregateError) return error.errors.map((one) => renderError(one, style)).join('');
  const known = error instanceof LoadstarError ? error : asInternal(error);
  const lines = [`${style.red(style.bold('error'))}  ${printable(headOf(known))} ${style.dim(`(${known.code})`)}`];
  for (const field of known.fields) lines.push(`  ${fieldText(field, style.bold)}`);
  lines.push(`${style.cyan('hint')}   ${known.hint}`);
  // A defect is reported with where it happened.
  if (known.code === 'internal' && known.cause instanceof Error && known.cause.stack)
    lines.push(style.dim(known.cause.stack));
  return `${lines.join('\n')}\n`;
}

/** The exit code that an error leads to. */
export function exitCodeOfError(error: unknown): number {
  if (error instanceof AggregateError) return Math.max(...error.errors.map(exitCodeOfError));
  return (error instanceof LoadstarError ? error : asInternal(error)).exitCode;
}

/** The message without the first field's problem, which the list below it says again. */
function headOf({ message, fields: [first] }: LoadstarError): string {
  if (first === undefined) return message;
  const at = message.indexOf(fieldText(first));
  return at <= 0 ? message : message.slice(0, at).replace(/[:\s]+$/, '');
}

function fieldText({ path, message }: FieldProblem, paintPath = (text: string) => text): string {
  return path === '' ? printable(message) : `${paintPath(printable(path))}: ${printable(message)}`;
}

function asInternal(error: unknown): LoadstarError {
  return new LoadstarError('internal', error instanceof Error ? error.message : String(error), { cause: error });
}
