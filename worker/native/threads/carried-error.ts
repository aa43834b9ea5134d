/** Errors between threads, which know no classes of each other. */
import { LoadstarError } from '../../../core/errors.ts';
import type { CarriedError } from './messages.ts';

export function carry(error: unknown): CarriedError {
  if (error instanceof LoadstarError) return { code: error.code, message: error.message, fields: error.fields };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), fields: [] };
}

export function uncarry({ code, message, fields }: CarriedError): LoadstarError {
  return new LoadstarError(code, message, { fields });
}
