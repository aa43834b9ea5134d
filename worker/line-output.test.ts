import { describe, expect, it } from 'vitest';
import { LineOutput, type WriteSome } from './line-output.ts';
import { systemError } from './testing/folders.ts';
import { SimulatedClock } from './testing/simulated-clock.ts';

function outputTo(write: WriteSome, queueBytesMax?: number): { output: LineOutput; clock: SimulatedClock } {
  const clock = new SimulatedClock();
  return { clock, output: new LineOutput({ write, clock, ...(queueBytesMax === undefined ? {} : { queueBytesMax }) }) };
}

/** Takes at most `bytesAtOnce` a call. */
function sink(bytesAtOnce: number): { write: WriteSome; text(): string } {
  const taken: Uint8Array[] = [];
  return {
    text: () => Buffer.concat(taken).toString(),
    async write(bytes) {
      const some = bytes.slice(0, bytesAtOnce);
      taken.push(some);
      return some.length;
    },
  };
}

describe('LineOutput', () => {
  it('writes lines in order and whole, however little is taken at once', async () => {
    const { write, text } = sink(3);
    const { output, clock } = outputTo(write);
    output.print('first line');
    output.print('zweite Zeile: ü');
    await clock.runUntil(output.flush(1_000));
    output.print('third');
    await clock.runUntil(output.flush(1_000));
    expect(text()).toBe('first line\nzweite Zeile: ü\nthird\n');
    expect(output.dropped).toBe(0);
  });

  it('waits for a pipe that is full', async () => {
    const { write, text } = sink(100);
    let refusals = 3;
    const { output, clock } = outputTo(async (bytes) => {
      if (refusals-- > 0) throw systemError('EAGAIN');
      return write(bytes);
    });
    output.print('later');
    await clock.runUntil(output.flush(1_000));
    expect(text()).toBe('later\n');
  });

  it('drops and counts what the queue has no room for, while the reader is stuck', async () => {
    let release = (): void => {};
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { write, text } = sink(100);
    const { output, clock } = outputTo(async (bytes) => {
      await stuck;
      return write(bytes);
    }, 25);
    for (let i = 0; i < 10; i++) output.print(`line ${i} of it`);
    await clock.runUntil(output.flush(500));
    expect(text()).toBe('');
    expect(output.dropped).toBe(9);
    release();
    await clock.runUntil(output.flush(500));
    output.print('room again');
    await clock.runUntil(output.flush(500));
    expect(text()).toBe('line 0 of it\nroom again\n');
  });

  it('is silent for good when nobody reads any more', async () => {
    let calls = 0;
    const { output, clock } = outputTo(async () => {
      calls++;
      throw systemError('EPIPE');
    });
    output.print('one');
    output.print('two');
    await clock.runUntil(output.flush(1_000));
    output.print('three');
    await clock.runUntil(output.flush(1_000));
    expect(calls).toBe(1);
  });

  it('loses only the line for which a full disk had no room, and glues nothing to its half', async () => {
    const { write, text } = sink(4);
    let calls = 0;
    const { output, clock } = outputTo(async (bytes) => {
      if (++calls === 2) throw systemError('ENOSPC');
      return write(bytes);
    });
    output.print('abcdefgh');
    output.print('next');
    await clock.runUntil(output.flush(1_000));
    expect(text()).toBe('abcd\nnext\n');
    expect(output.dropped).toBe(1);
  });
});
