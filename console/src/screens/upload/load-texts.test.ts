import { describe, expect, it } from 'vitest';
import { askedOf, loadFields, noLoad, problemOf } from './load-texts.ts';

const problems = (texts: Partial<typeof noLoad>) =>
  loadFields.filter((field) => problemOf(field, { ...noLoad, ...texts }[field.key]) !== null).map(({ key }) => key);

describe('the load that is typed', () => {
  it('is right when it is empty, or numbers and times', () => {
    expect(problems({})).toEqual([]);
    expect(
      problems({ concurrency: ' 50 ', rampUp: '1m30s', holdFor: '1.5h', iterations: '1', throughput: '0.5' }),
    ).toEqual([]);
  });

  it.each([
    ['concurrency', '0'],
    ['concurrency', '1.5'],
    ['iterations', 'many'],
    ['rampUp', 'soon'],
    ['holdFor', '-1m'],
    ['throughput', '0'],
    ['throughput', 'NaN'],
  ] as const)('is wrong where %s is %s', (key, text) => {
    expect(problems({ [key]: text })).toEqual([key]);
  });

  it('asks only for what was typed', () => {
    expect(askedOf({ name: ' ', load: noLoad, main: null })).toEqual({});
    expect(askedOf({ name: ' Night ', load: { ...noLoad, concurrency: '5', holdFor: ' 1m ' }, main: 'a.js' })).toEqual({
      name: 'Night',
      load: { concurrency: 5, holdFor: '1m' },
      main: 'a.js',
    });
  });
});
