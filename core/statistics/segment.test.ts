import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits, OTHER_LABEL } from '../limits.ts';
import { type MadeSecond, madeSecond, plain, plainWindow, windowOf } from './fixtures/samples.ts';
import { readSegment, readSegmentHeader, type SegmentHeader, SegmentWriter } from './segment.ts';
import { OTHER_ERROR, Statistics } from './statistics.ts';
import type { Window } from './window.ts';
import { WindowReader } from './window-reader.ts';

const damagedError = expect.objectContaining({ code: 'run_folder_invalid' });

function header(changes: Partial<SegmentHeader> = {}): SegmentHeader {
  return { region: 'here', tasks: [3], index: 2, firstSecond: 10, seconds: 5, ...changes };
}

function segmentOf(windows: readonly Window[], changes: Partial<SegmentHeader> = {}): Uint8Array {
  const writer = new SegmentWriter(header(changes));
  for (const window of windows) writer.addWindow(window);
  return writer.finish();
}

function windowsOf(seconds: readonly MadeSecond[]): Window[] {
  return seconds.map((made, i) => windowOf(10 + i, made));
}

function read(bytes: Uint8Array): unknown[] {
  const windows: unknown[] = [];
  readSegment(bytes, (window) => windows.push(plainWindow(window)));
  return windows;
}

/** Examples are kept once for each error of a label in a segment: leave them out where seconds may differ in them. */
function withoutExamples(windows: readonly Window[]): Window[] {
  for (const window of windows) {
    for (const statistics of window.labels.values()) {
      for (const error of statistics.errors.values()) error.example = null;
    }
  }
  return [...windows];
}

const seconds = fc.array(madeSecond, { minLength: 1, maxLength: 5 });
const busy = windowsOf(fc.sample(madeSecond, { numRuns: 5, seed: 42 }));

describe('a segment', () => {
  it('gives back the windows it was made of', () => {
    fc.assert(
      fc.property(seconds, (made) => {
        const windows = withoutExamples(windowsOf(made));
        expect(read(segmentOf(windows))).toEqual(windows.map(plainWindow));
      }),
    );
  });

  it('does not depend on the order of labels, codes and errors', () => {
    fc.assert(
      fc.property(seconds, (made) => {
        const turned = windowsOf(made).map((window) => {
          const labels = new Map([...window.labels].toReversed());
          for (const statistics of labels.values()) {
            for (const map of [statistics.codes, statistics.errors] as Map<unknown, unknown>[]) {
              const entries = [...map].toReversed();
              map.clear();
              for (const [key, value] of entries) map.set(key, value);
            }
          }
          return { ...window, labels };
        });
        expect(segmentOf(turned)).toEqual(segmentOf(windowsOf(made)));
      }),
    );
  });

  it('does not need the windows once they were added', () => {
    const [kept, reused] = [new SegmentWriter(header()), new SegmentWriter(header())];
    for (const window of busy) {
      kept.addWindow(window);
      const copy = { second: window.second, labels: new Map<string, Statistics>(), task: new Statistics() };
      copy.task.addConcurrent(window.task);
      for (const [label, statistics] of window.labels) {
        const memory = new Statistics();
        memory.addConcurrent(statistics);
        copy.labels.set(label, memory);
      }
      reused.addWindow(copy);
      for (const statistics of [...copy.labels.values(), copy.task]) statistics.clear();
      copy.labels.clear();
    }
    expect(reused.finish()).toEqual(kept.finish());
  });

  it('says what it covers, and how many requests each task had', () => {
    const requests = busy.flatMap((window) => [...window.labels.values()]).reduce((sum, { requests: n }) => sum + n, 0);
    const expected = { ...header(), taskRequests: [requests], tickSeconds: 1 };
    expect(readSegmentHeader(segmentOf(busy))).toEqual(expected);
    expect(readSegment(segmentOf(busy), () => {})).toEqual(expected);
    const merged = { region: '', tasks: [0, 7, 9_999], taskRequests: [1, 2, 2 ** 40], tickSeconds: 5 };
    expect(readSegmentHeader(segmentOf([], merged))).toEqual({ ...header(), ...merged });
  });

  it('keeps seconds without samples, and leaves labels without any out', () => {
    const empty = { second: 12, labels: new Map([['idle', new Statistics()]]), task: new Statistics() };
    const without = { ...empty, labels: new Map() };
    expect(read(segmentOf([empty]))).toEqual([plainWindow(without)]);
    expect(segmentOf([empty])).toEqual(segmentOf([without]));
  });

  it('keeps a label that has nothing but a request under way', () => {
    const waiting = new Statistics();
    waiting.concurrencyMax = 1;
    const window = { second: 10, labels: new Map([['slow', waiting]]), task: new Statistics() };
    expect(read(segmentOf([window]))).toEqual([plainWindow(window)]);
  });

  it('stores a response time only where it is not the service time', () => {
    const sizes = [0, 1].map((lateUs) => {
      const statistics = new Statistics();
      statistics.splitResponseTime();
      for (let us = 100; us < 200; us++) {
        statistics.serviceTime.record(us);
        statistics.responseTime?.record(us + lateUs);
      }
      return segmentOf([{ second: 10, labels: new Map([['a', statistics]]), task: new Statistics() }]).length;
    });
    expect(sizes[1]! - sizes[0]!).toBeGreaterThan(100);
  });

  it('never shows one label an example of another', () => {
    const labels = new Map(['a', 'b'].map((label) => [label, new Statistics()]));
    for (const [label, statistics] of labels) {
      statistics.countError({ type: 'http', message: 'HTTP 500', count: 1, example: `body of ${label}` });
    }
    readSegment(segmentOf([{ second: 10, labels, task: new Statistics() }]), (window) => {
      for (const [label, { errors }] of window.labels) {
        expect([...errors.values()].map((error) => error.example)).toEqual([`body of ${label}`]);
      }
    });
  });

  it('gives readers the smallest example of all its seconds', () => {
    const windows = ['c', 'a', 'b'].map((example, i) => {
      const statistics = new Statistics();
      statistics.countError({ type: 'http', message: 'HTTP 500', count: 1, example });
      return { second: 10 + i, labels: new Map([['x', statistics]]), task: new Statistics() };
    });
    const examples: (string | null)[] = [];
    readSegment(segmentOf(windows), (window) => {
      for (const error of window.labels.get('x')!.errors.values()) examples.push(error.example);
    });
    expect(examples).toEqual(['a', 'a', 'a']);
  });
});

describe('limits of a segment', () => {
  it('counts labels above the limit as other ones', () => {
    const labels = new Map<string, Statistics>();
    for (let i = 0; i < limits.labelsMax + 3; i++) {
      const statistics = new Statistics();
      statistics.requests = 1;
      statistics.concurrencyMax = 2;
      labels.set(`label ${String(i).padStart(4, '0')}`, statistics);
    }
    const first = { second: 10, labels: new Map([...labels].slice(0, limits.labelsMax)), task: new Statistics() };
    const second = { second: 11, labels, task: new Statistics() };
    const counted: [number, number | undefined, number | undefined][] = [];
    readSegment(segmentOf([first, second]), (window) => {
      const others = window.labels.get(OTHER_LABEL);
      counted.push([window.labels.size, others?.requests, others?.concurrencyMax]);
    });
    expect(counted).toEqual([
      [limits.labelsMax, undefined, undefined],
      [limits.labelsMax + 1, 3, 6],
    ]);
  });

  it('does not count the label of the others itself', () => {
    const labels = new Map<string, Statistics>();
    for (const name of [OTHER_LABEL, ...Array.from({ length: limits.labelsMax }, (_, i) => `label ${i}`)]) {
      const statistics = new Statistics();
      statistics.requests = 1;
      labels.set(name, statistics);
    }
    const [some, all] = [new Map([...labels].slice(0, 10)), labels];
    const requests: (number | undefined)[] = [];
    const windows = [some, all].map((made, i) => ({ second: 10 + i, labels: made, task: new Statistics() }));
    readSegment(segmentOf(windows), (window) => requests.push(window.labels.get(OTHER_LABEL)?.requests));
    expect(requests).toEqual([1, 1]);
    labels.set('label too many', labels.get('label 0')!);
    readSegment(segmentOf([{ second: 10, labels, task: new Statistics() }]), (window) => {
      expect(window.labels.get(OTHER_LABEL)?.requests).toBe(2);
    });
  });

  it('counts errors above the limit as other ones of their label', () => {
    const statistics = new Statistics();
    for (let i = 0; i < limits.segmentErrorsMax + 10; i++) {
      statistics.countError({ type: 'http', message: String(i), count: 2, example: null });
    }
    statistics.countError({ ...OTHER_ERROR, count: 5, example: null });
    let counted = 0;
    let others: number | undefined;
    readSegment(segmentOf([{ second: 10, labels: new Map([['a', statistics]]), task: new Statistics() }]), (window) => {
      const { errors } = window.labels.get('a')!;
      for (const error of errors.values()) counted += error.count;
      others = [...errors.values()].find((error) => error.type === OTHER_ERROR.type)?.count;
    });
    expect(counted).toBe(2 * limits.segmentErrorsMax + 25);
    expect(others).toBe(25);
  });
});

describe('a writer', () => {
  it('refuses windows out of order or out of its time', () => {
    const empty = (second: number) => ({ second, labels: new Map(), task: new Statistics() });
    for (const [order, changes] of [
      [[11, 10], {}],
      [[10, 10], {}],
      [[9], {}],
      [[15], {}],
      [[13], { seconds: 10, tickSeconds: 5 }],
    ] as const) {
      expect(() => segmentOf(order.map(empty), changes)).toThrow(expect.objectContaining({ code: 'internal' }));
    }
  });

  it('refuses tasks out of order, and several without the requests of each', () => {
    for (const changes of [{ tasks: [1, 1], taskRequests: [0, 0] }, { tasks: [1, 2] }, { tasks: [] }, { seconds: 0 }]) {
      if (changes.tasks?.length === 0) expect(readSegmentHeader(segmentOf([], changes)).tasks).toEqual([]);
      else expect(() => segmentOf([], changes)).toThrow(expect.objectContaining({ code: 'internal' }));
    }
  });
});

describe('damaged segments', () => {
  const bytes = segmentOf(busy.slice(0, 2));
  const reader = new WindowReader();
  const readOnly = (damaged: Uint8Array) => reader.read([damaged], () => {});

  it('are refused wherever they are cut off', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readOnly(bytes.subarray(0, length))).toThrow(damagedError);
    }
    expect(() => readOnly(Uint8Array.of(...bytes, 0))).toThrow(damagedError);
  });

  it('throw the error for it or give some numbers, whatever byte is wrong', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const wrong = bytes.slice();
        wrong[at] = value;
        try {
          readOnly(wrong);
        } catch (error) {
          expect(error).toEqual(damagedError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('throw for any bytes behind a good head', () => {
    const head = segmentOf([]);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (rest) => {
        const wrong = Uint8Array.of(...head.subarray(0, head.length - 3), ...rest);
        try {
          readOnly(wrong);
        } catch (error) {
          expect(error).toEqual(damagedError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('are refused when seconds, labels or lengths are not as they must be', () => {
    const nothing = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const block = [nothing.length, ...nothing];
    // Region "", no tasks, index 0, 5 seconds from 0 on, label "a", no errors.
    const segment = (...windows: number[][]) =>
      Uint8Array.of(0x4c, 0x53, 0x45, 0x47, 1, 0, 0, 0, 0, 5, 1, 1, 2, 97, 0, windows.length, ...windows.flat());
    expect(read(segment([0, ...block, 1, ...block, 0], [4, ...block, 0]))).toHaveLength(2);
    const wrong = {
      'a label twice': segment([0, ...block, 1, ...block, 1, ...block, 0]),
      'an unknown label': segment([0, ...block, 2, ...block, 0]),
      'a second twice': segment([0, ...block, 0], [0, ...block, 0]),
      'a second that is over': segment([2, ...block, 0], [1, ...block, 0]),
      'a second too late': segment([5, ...block, 0]),
      'statistics shorter than their length': segment([0, nothing.length + 1, ...nothing, 0, 0]),
      'statistics longer than their length': segment([0, nothing.length - 1, ...nothing, 0]),
    };
    for (const [what, bytes] of Object.entries(wrong)) expect(() => read(bytes), what).toThrow(damagedError);
  });

  it('of version 1, which had fewer phases, are read', () => {
    const connect = new Statistics();
    connect.requests = 1;
    connect.plannedStarts = 1;
    connect.serviceTime.record(5);
    connect.recordPhase('connect', 3);
    const window = { second: 10, labels: new Map([['a', connect]]), task: new Statistics() };
    const older = segmentOf([window]);
    older[4] = 1;
    expect(read(older)).toEqual([plainWindow(window)]);
  });

  it('are told apart from those of another version, and from other files', () => {
    const newer = bytes.slice();
    newer[4] = 3;
    expect(() => readSegmentHeader(newer)).toThrow(/version 3, and this program reads versions 1 to 2/);
    newer[4] = 0;
    expect(() => readSegmentHeader(newer)).toThrow(/version 0/);
    expect(() => readSegmentHeader(new TextEncoder().encode('{"some": "json"}'))).toThrow(/not a segment/);
  });

  it('cannot make a reader allocate by counting more than they hold', () => {
    const hostile = [
      // 2^40 tasks; 2^40 labels; 2^40 errors; 2^40 windows.
      [0, 128, 128, 128, 128, 128, 32],
      [0, 0, 0, 0, 1, 1, 128, 128, 128, 128, 128, 32],
      [0, 0, 0, 0, 1, 1, 0, 128, 128, 128, 128, 128, 32],
      [0, 0, 0, 0, 1, 1, 0, 0, 128, 128, 128, 128, 128, 32],
      // And a label twice; no seconds; ticks longer than all seconds.
      [0, 0, 0, 0, 1, 1, 2, 2, 97, 2, 97, 0, 0],
      [0, 0, 0, 0, 0, 1, 0, 0, 0],
      [0, 0, 0, 0, 1, 2, 0, 0, 0],
    ];
    for (const rest of hostile) {
      expect(() => readSegment(Uint8Array.of(0x4c, 0x53, 0x45, 0x47, 1, ...rest), () => {})).toThrow(damagedError);
    }
    expect(readSegment(Uint8Array.of(0x4c, 0x53, 0x45, 0x47, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0), () => {}).seconds).toBe(1);
  });
});

describe('plain (of the fixtures)', () => {
  it('tells statistics apart that differ', () => {
    const [one, other] = [new Statistics(), new Statistics()];
    other.timeToFirstByte.record(1);
    expect(plain(one)).not.toEqual(plain(other));
  });
});
