import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MadeSecond, madeSecond, plain, windowOf } from '../statistics/fixtures/samples.ts';
import { SegmentWriter } from '../statistics/segment.ts';
import { Statistics } from '../statistics/statistics.ts';
import { totalOfWindow } from '../statistics/window.ts';
import { decodeLiveMessage, encodeLiveMessage, type LiveMessage, liveTopic, readLiveTopic } from './live-message.ts';

function messageOf(made: MadeSecond): LiveMessage {
  const window = windowOf(12, made);
  // An example is kept once for each error.
  for (const statistics of window.labels.values()) for (const error of statistics.errors.values()) error.example = null;
  const total = totalOfWindow(window);
  const { labels } = window;
  return { region: 'east', index: 6, second: 12, seconds: 2, tasks: [0, 3], taskRequests: [1, 2], total, labels };
}

const plainMessage = ({ total, labels, ...rest }: LiveMessage) => ({
  ...rest,
  total: plain(total),
  labels: Object.fromEntries([...labels].map(([label, statistics]) => [label, plain(statistics)])),
});

describe('a live message', () => {
  it('gives back what it was made of, to the last count', () => {
    fc.assert(
      fc.property(madeSecond, (made) => {
        const bytes = encodeLiveMessage(messageOf(made));
        expect(plainMessage(decodeLiveMessage(bytes))).toEqual(plainMessage(messageOf(made)));
        expect(encodeLiveMessage(decodeLiveMessage(bytes))).toEqual(bytes);
      }),
    );
  });

  it('is refused when it is damaged, cut, or something else', () => {
    const bytes = encodeLiveMessage(messageOf(fc.sample(madeSecond, { numRuns: 1, seed: 7 })[0] as MadeSecond));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeLiveMessage(bytes.subarray(0, length))).toThrow('damaged');
    }
    const empty = new SegmentWriter({ region: 'east', tasks: [0], index: 0, firstSecond: 0, seconds: 2 });
    expect(() => decodeLiveMessage(empty.finish())).toThrow('one window');
    for (const second of [0, 1]) empty.addWindow({ second, labels: new Map(), task: new Statistics() });
    expect(() => decodeLiveMessage(empty.finish())).toThrow('one window');
    expect(() => decodeLiveMessage(new Uint8Array(5 * 1024 * 1024))).toThrow('too long');
  });
});

describe('a topic of live data', () => {
  it('names the run and the region', () => {
    expect(readLiveTopic(liveTopic('r1', 'east'))).toEqual({ runId: 'r1', region: 'east' });
    expect(readLiveTopic('runs/r1/live/+')).toEqual({ runId: 'r1', region: '+' });
  });

  it.each([
    '#',
    '+',
    'runs/#',
    'runs/+/live/+',
    'runs/r1/live/#',
    'runs/r1/live',
    'runs/r1/live/',
    'runs//live/a',
    'runs/r1/live/a/b',
    '/runs/r1/live/a',
    '$SYS/+',
    'runs/r1/live/a+',
  ])('is not %s', (topic) => expect(readLiveTopic(topic)).toBeNull());
});
