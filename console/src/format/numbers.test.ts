import { expect, it } from 'vitest';
import { formatAmount } from './numbers.ts';

it('says of one thing that it is one', () => {
  expect([0, 1, 2, 1_234].map((count) => formatAmount(count, 'run'))).toEqual([
    '0 runs',
    '1 run',
    '2 runs',
    '1,234 runs',
  ]);
});
