import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits, OTHER_LABEL } from '../limits.ts';
import { type MadeSecond, madeSecond, plainWindow, windowOf } from './fixtures/samples.ts';
import { mergeSegments } from './merge-segments.ts';
import { readSegment, readSegmentHeader, type SegmentHeader, SegmentWriter } from './segment.ts';
import { Statistics } from './statistics.ts';
import type { Window } from './window.ts';

const refused = expect.objectContaining({ code: 'run_folder_invalid' });

function header(task: number, changes: Partial<SegmentHeader> = {}): SegmentHeader {
  return { region: 'here', tasks: [task], index: 2, firstSecond: 10, seconds: 5, ...changes };
}

function segmentOf(task: number, windows: readonly Window[], changes: Partial<SegmentHeader> = {}): Uint8Array {
  const writer = new SegmentWriter(header(task, changes));
  for (const window of windows) writer.addWindow(window);
  return writer.finish();
}

/** What each task saw; a task may have ended early. */
const tasks = fc.array(fc.array(madeSecond, { maxLength: 4 }), { minLength: 1, maxLength: 5 });

function windowsOf(seconds: readonly MadeSecond[]): Window[] {
  return seconds.map((made, i) => windowOf(10 + i, made));
}

function segmentsOf(made: readonly (readonly MadeSecond[])[]): Uint8Array[] {
  return made.map((seconds, task) => segmentOf(task, windowsOf(seconds)));
}

/** What merging should give, by the plain addition of statistics. */
function addedUp(made: readonly (readonly MadeSecond[])[]): unknown[] {
  const merged: unknown[] = [];
  for (let i = 0; i < Math.max(...made.map((seconds) => seconds.length)); i++) {
    const labels = new Map<string, Statistics>();
    const task = new Statistics();
    for (const seconds of made) {
      const one = seconds[i];
      if (one === undefined) continue;
      const window = windowOf(10 + i, one);
      task.addConcurrent(window.task);
      for (const [label, statistics] of window.labels) {
        const sum = labels.get(label) ?? new Statistics();
        sum.addConcurrent(statistics);
        labels.set(label, sum);
      }
    }
    merged.push(plainWindow({ second: 10 + i, labels, task }));
  }
  return merged;
}

function read(bytes: Uint8Array): unknown[] {
  const windows: unknown[] = [];
  readSegment(bytes, (window) => windows.push(plainWindow(window)));
  return windows;
}

/** Examples are kept per segment, not per second: leave them out of the comparison. */
function withoutExamples(made: readonly MadeSecond[][]): MadeSecond[][] {
  return made.map((seconds) =>
    seconds.map((second) => ({
      ...second,
      samples: second.samples.map((sample) => ({
        ...sample,
        error: sample.error === null ? null : { ...sample.error, example: null },
      })),
    })),
  );
}

describe('mergeSegments', () => {
  it('gives what adding up the tasks second by second gives', () => {
    fc.assert(
      fc.property(tasks.map(withoutExamples), (made) => {
        expect(read(mergeSegments(segmentsOf(made)))).toEqual(addedUp(made));
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same bytes in any order and grouping, however often a task comes', () => {
    fc.assert(
      fc.property(tasks, fc.array(fc.nat(100), { minLength: 5, maxLength: 5 }), fc.nat(5), (made, order, cut) => {
        const segments = segmentsOf(made);
        const expected = mergeSegments(segments);
        const shuffled = segments
          .map((bytes, i) => ({ bytes, at: order[i]! }))
          .sort((one, other) => one.at - other.at)
          .map(({ bytes }) => bytes);
        expect(mergeSegments(shuffled)).toEqual(expected);
        const [front, back] = [shuffled.slice(0, cut), shuffled.slice(cut)];
        const grouped = [...(front.length > 0 ? [mergeSegments(front)] : []), ...back];
        expect(mergeSegments(grouped)).toEqual(expected);
        expect(mergeSegments([...shuffled, expected, ...shuffled])).toEqual(expected);
        expect(mergeSegments([...front.slice(0, 1), ...grouped, ...front.slice(0, 1)])).toEqual(expected);
      }),
    );
  });

  it('leaves a single segment as it is', () => {
    fc.assert(
      fc.property(fc.array(madeSecond, { maxLength: 4 }), (seconds) => {
        const bytes = segmentOf(7, windowsOf(seconds));
        expect(mergeSegments([bytes])).toEqual(bytes);
      }),
    );
  });

  it('keeps account of the requests of each task', () => {
    const made = fc.sample(fc.array(madeSecond, { minLength: 2, maxLength: 4 }), { numRuns: 3, seed: 7 });
    const segments = made.map((seconds, i) => segmentOf([4, 0, 2][i]!, windowsOf(seconds)));
    const requests = made.map((seconds) => seconds.reduce((sum, { samples }) => sum + samples.length, 0));
    expect(readSegmentHeader(mergeSegments(segments))).toEqual({
      ...header(0),
      tasks: [0, 2, 4],
      taskRequests: [requests[1], requests[2], requests[0]],
      tickSeconds: 1,
    });
  });

  it('covers as much as the longest', () => {
    const [short, long] = [segmentOf(0, [], { seconds: 2 }), segmentOf(1, [], { seconds: 5 })];
    expect(readSegmentHeader(mergeSegments([short, long])).seconds).toBe(5);
    expect(readSegmentHeader(mergeSegments([long, short])).seconds).toBe(5);
  });

  it('refuses what does not belong together', () => {
    const one = segmentOf(0, []);
    for (const changes of [{ region: 'there' }, { index: 3 }, { firstSecond: 15 }, { tickSeconds: 5 }]) {
      expect(() => mergeSegments([one, segmentOf(1, [], changes)])).toThrow(refused);
    }
    const pair = mergeSegments([one, segmentOf(1, [])]);
    const otherPair = mergeSegments([segmentOf(1, []), segmentOf(2, [])]);
    expect(() => mergeSegments([pair, otherPair])).toThrow(refused);
    expect(() => mergeSegments([segmentOf(0, [], { tasks: [] }), one])).toThrow(refused);
    expect(() => mergeSegments([])).toThrow(refused);
    expect(() => mergeSegments([one, one.subarray(0, 10)])).toThrow(refused);
  });

  it('keeps the same labels of too many, in whatever order and grouping, and loses no request', () => {
    const many = [0, 1, 2].map((task) => {
      const labels = new Map<string, Statistics>();
      for (let i = 0; i < 300; i++) {
        const statistics = new Statistics();
        statistics.requests = 1;
        labels.set(`# ${String(i * 3 + task).padStart(4, '0')}`, statistics);
      }
      return segmentOf(task, [{ second: 10, labels, task: new Statistics() }]);
    });
    const [first, second, third] = many as [Uint8Array, Uint8Array, Uint8Array];
    const merged = mergeSegments(many);
    expect(mergeSegments([third, mergeSegments([second, first])])).toEqual(merged);
    let requests = 0;
    readSegment(merged, ({ labels }) => {
      expect(labels.size).toBe(limits.labelsMax + 1);
      expect(labels.get(OTHER_LABEL)?.requests).toBe(900 - limits.labelsMax);
      for (const statistics of labels.values()) requests += statistics.requests;
    });
    expect(requests).toBe(900);
  });
});
