import { describe, expect, it } from 'vitest';
import { didYouMean, nearestWord } from './near-spelling.ts';

const words = ['concurrency', 'throughput', 'hold-for', 'ramp-up', 'url', 'label'];

describe('nearestWord', () => {
  it.each([
    ['concurency', 'concurrency'],
    ['hold_for', 'hold-for'],
    ['holdfor', 'hold-for'],
    ['rampup', 'ramp-up'],
    ['ramp-pu', 'ramp-up'],
    ['URL', 'url'],
    ['urls', 'url'],
    ['lable', 'label'],
    ['Throughput', 'throughput'],
  ])('takes %s for %s', (written, word) => {
    expect(nearestWord(written, words)).toBe(word);
  });

  it.each(['', 'x', 'users', 'duration', 'hold', 'through'])('finds nothing near %j', (written) => {
    expect(nearestWord(written, words)).toBeNull();
  });

  it('takes the nearest of several', () => {
    expect(nearestWord('timout', ['timeouts', 'timeout'])).toBe('timeout');
  });
});

describe('didYouMean', () => {
  it('is a question, or empty', () => {
    expect(didYouMean('lable', words)).toBe('; did you mean label?');
    expect(didYouMean('zzz', words)).toBe('');
  });
});
