import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import { memoryFolder, systemError } from '../testing/folders.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { isTransient, withRetries } from './retries.ts';

describe('isTransient', () => {
  it('looks through wrapped errors', () => {
    const wrapped = (code: string): Error => new LoadstarError('store_failed', 'no', { cause: systemError(code) });
    expect(isTransient(wrapped('EBUSY'))).toBe(true);
    expect(isTransient(wrapped('ENOSPC'))).toBe(true);
    expect(isTransient(wrapped('EACCES'))).toBe(false);
    expect(isTransient(wrapped('EROFS'))).toBe(false);
    expect(isTransient(new Error('what?'))).toBe(false);
    expect(isTransient('EBUSY')).toBe(false);
  });
});

describe('withRetries', () => {
  function failing(failures: number, code: string) {
    const inner = memoryFolder();
    const clock = new SimulatedClock();
    const warnings: string[] = [];
    let left = failures;
    const attempt = (): void => {
      if (left-- > 0) throw systemError(code);
    };
    const folder = withRetries(
      {
        ...inner,
        async read(path) {
          attempt();
          return inner.read(path);
        },
        async write(path, bytes) {
          attempt();
          await inner.write(path, bytes);
        },
      },
      { clock, log: (_level, message) => warnings.push(message) },
    );
    return { folder, clock, warnings, inner };
  }

  it('tries again, with longer and longer waits, until it works', async () => {
    const { clock, folder, inner, warnings } = failing(4, 'EBUSY');
    const beganAtMs = clock.monotonicMs();
    await clock.runUntil(folder.write('a', Buffer.from('x')));
    expect(inner.writes).toEqual(['a']);
    expect(clock.monotonicMs() - beganAtMs).toBe(50 + 100 + 200 + 400);
    expect(warnings).toHaveLength(4);
  });

  it('gives up within a few seconds', async () => {
    const { clock, folder } = failing(1_000, 'EIO');
    const beganAtMs = clock.monotonicMs();
    await expect(clock.runUntil(folder.read('a'))).rejects.toThrow('EIO');
    expect(clock.monotonicMs() - beganAtMs).toBe(3_150);
  });

  it('does not repeat what cannot work', async () => {
    const { clock, folder, warnings } = failing(1_000, 'EACCES');
    await expect(clock.runUntil(folder.write('a', Buffer.from('x')))).rejects.toThrow('EACCES');
    expect(warnings).toEqual([]);
  });
});
