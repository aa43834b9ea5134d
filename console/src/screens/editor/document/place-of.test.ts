import { describe, expect, it } from 'vitest';
import { partsOfPath, placeOf } from './place-of.ts';

const text = `# a comment
execution:
- scenario: shop
  hold-for: never
scenarios:
  shop:
    requests:
    - url: /
      label: x
    - "/two"
`;

describe('the line of a path', () => {
  it.each([
    ['execution[0].hold-for', 4],
    ['execution[0]', 3],
    ['scenarios.shop.requests[0].label', 9],
    ['scenarios.shop.requests[1]', 10],
    ['scenarios.shop.requests[0].body.x', 8],
    ['scenarios.nobody', 5],
    ['', 1],
    ['scenario.yml:7:3', 7],
  ])('%s is %i', (path, line) => expect(placeOf(text, path)).toBe(line));

  it('is found without the dash of a list of one, and in broken documents', () => {
    expect(placeOf('execution:\n  hold-for: 1\n', 'execution[0].hold-for')).toBe(2);
    expect(placeOf('a: [', 'a[0].b')).toBe(1);
  });

  it('takes keys in quotes', () => expect(partsOfPath('a["b.c"].d[2]')).toEqual(['a', 'b.c', 'd', 2]));
});
