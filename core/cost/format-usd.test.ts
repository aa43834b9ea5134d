import { expect, it } from 'vitest';
import { formatUsd } from './format-usd.ts';

it.each([
  [0, '$0.00'],
  [0.0004, 'less than $0.01'],
  [0.01, '$0.01'],
  [9.565, '$9.57'],
  [99.99, '$99.99'],
  [1_234.5, '$1,235'],
])('shows %d dollars as %s', (usd, text) => expect(formatUsd(usd)).toBe(text));
