/** The load of a script as people type it, and what the API is asked with it. */
import type { Asked } from './use-upload.ts';

export interface LoadTexts {
  concurrency: string;
  rampUp: string;
  holdFor: string;
  iterations: string;
  throughput: string;
}

export const noLoad: LoadTexts = { concurrency: '', rampUp: '', holdFor: '', iterations: '', throughput: '' };

export interface LoadField {
  key: keyof LoadTexts;
  label: string;
  description: string;
  example: string;
  isNumber: boolean;
}

export const loadFields: readonly LoadField[] = [
  { key: 'concurrency', label: 'Users', description: 'Over all tasks.', example: '50', isNumber: true },
  { key: 'rampUp', label: 'Ramp-up', description: 'Until all of them are there.', example: '1m', isNumber: false },
  { key: 'holdFor', label: 'Hold for', description: 'From then on.', example: '10m', isNumber: false },
  { key: 'iterations', label: 'Iterations', description: 'Of each user, at most.', example: '100', isNumber: true },
  { key: 'throughput', label: 'Requests per second', description: 'At most.', example: '200', isNumber: true },
];

/** What is wrong with a text; null: nothing. */
export function problemOf({ isNumber, key }: LoadField, text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (!isNumber) return /^(\d+(\.\d+)?\s*(ms|s|m|h|d)?\s*)+$/.test(trimmed) ? null : 'A time such as 30s or 1m30s.';
  if (key === 'throughput') return Number(trimmed) > 0 ? null : 'A number above 0.';
  return /^[1-9]\d{0,8}$/.test(trimmed) ? null : 'A whole number from 1.';
}

/** Texts that are empty ask for nothing. */
export function askedOf({ name, load, main }: { name: string; load: LoadTexts; main: string | null }): Asked {
  const filled = loadFields.flatMap(({ isNumber, key }): [string, string | number][] => {
    const text = load[key].trim();
    if (text === '') return [];
    return [[key, isNumber ? Number(text) : text]];
  });
  return {
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(filled.length === 0 ? {} : { load: Object.fromEntries(filled) }),
    ...(main === null ? {} : { main }),
  };
}
