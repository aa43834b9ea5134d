import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phases } from '../../core/run/run.ts';
import type { Output } from '../terminal/streams.ts';
import { createStyle } from '../terminal/style.ts';
import { displayWidth } from '../terminal/text.ts';
import { createDisplay } from './create-display.ts';
import { progressFrame } from './frame.ts';
import { LiveDisplay } from './live-display.ts';
import type { RunProgress } from './progress.ts';

const style = createStyle({ colours: false, unicode: true });
const ascii = createStyle({ colours: false, unicode: false });

const running: RunProgress = {
  scenario: 'Quick start',
  phase: 'running',
  tasksPlanned: 4,
  tasksReady: 4,
  tasksDelivered: 0,
  elapsedSeconds: 10.4,
  plannedSeconds: 20,
  live: { second: 9, users: 20, requestsPerSecond: 1234.4, failures: 0, p95Ms: 12.34 },
  requestsSoFar: 11_120,
  failuresSoFar: 0,
};

describe('the frame of a run under way', () => {
  it('shows bar, time and live numbers', () => {
    expect(progressFrame(running, 100, style)).toEqual([
      `Quick start  ${'━'.repeat(20)}${'╌'.repeat(20)}   52%  10 s of 20 s`,
      'running  1,234 req/s  0 errors  p95 12.3 ms  20 users  11,120 requests',
    ]);
  });

  it('keeps what matters most on narrow terminals', () => {
    expect(progressFrame(running, 60, ascii)).toEqual([
      `Quick start  ${'#'.repeat(14)}${'-'.repeat(13)}   52%  10 s of 20 s`,
      'running  1,234 req/s  0 errors  p95 12.3 ms  20 users',
    ]);
    expect(progressFrame(running, 30, ascii)).toEqual([
      '#####-----   52%  10 s of 20 s',
      'running  1,234 req/s  0 errors',
    ]);
    expect(progressFrame(running, 12, ascii)).toEqual(['###---   52%', 'running']);
  });

  it('tells errors with their share', () => {
    const [, status] = progressFrame({ ...running, failuresSoFar: 56 }, 100, style);
    expect(status).toContain('56 errors (0.50%)');
  });

  it('says what it waits for before and after the load', () => {
    const status = (change: Partial<RunProgress>) => progressFrame({ ...running, ...change }, 100, style)[1];
    expect(status({ phase: 'queued' })).toBe('queued  waits for free capacity');
    expect(status({ phase: 'provisioning', tasksReady: 3 })).toBe('provisioning  3 of 4 tasks ready');
    expect(status({ elapsedSeconds: -1.2 })).toBe('starting  load begins in 2 s');
    expect(status({ phase: 'cancelling' })).toMatch(/^cancelling {2}the load is being stopped {2}1,234 req/);
    expect(status({ phase: 'parsing results', tasksDelivered: 2 })).toBe(
      'parsing results  results of 2 of 4 tasks are in',
    );
    expect(status({ live: null })).toBe('running');
  });

  it('is full only when the load is behind, and wanders when no end is planned', () => {
    const bar = (change: Partial<RunProgress>) => progressFrame({ ...running, ...change }, 100, style)[0];
    expect(bar({ elapsedSeconds: 19.9 })).toContain('╌');
    expect(bar({ phase: 'parsing results' })).toContain(`${'━'.repeat(40)}  100%`);
    expect(bar({ elapsedSeconds: -2 })).toContain(`${'╌'.repeat(40)}    0%  0 s of 20 s`);
    const open = bar({ plannedSeconds: null });
    expect(open).not.toContain('%');
    expect(open).not.toBe(bar({ plannedSeconds: null, elapsedSeconds: 11.4 }));
  });

  it('never exceeds the terminal, whatever the run', () => {
    const number = fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e12, noNaN: true }));
    const progress = fc.record({
      scenario: fc.string({ unit: 'binary' }),
      phase: fc.constantFrom(...phases),
      tasksPlanned: fc.nat(10_000),
      tasksReady: fc.nat(10_000),
      tasksDelivered: fc.nat(10_000),
      elapsedSeconds: fc.option(fc.double({ min: -10, max: 3e6, noNaN: true })),
      plannedSeconds: fc.option(fc.double({ min: 0.1, max: 3e6, noNaN: true })),
      live: fc.option(
        fc.record({ second: fc.nat(), users: fc.nat(), requestsPerSecond: number, failures: fc.nat(), p95Ms: number }),
      ),
      requestsSoFar: fc.nat(),
      failuresSoFar: fc.nat(),
    });
    fc.assert(
      fc.property(progress, fc.integer({ min: 1, max: 200 }), (anything, columns) => {
        const lines = progressFrame(anything, columns, style);
        expect(lines).toHaveLength(2);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

const ESCAPE = '\u001b';
const codesAndCharacters = new RegExp(`${ESCAPE}\\[\\??\\d*[A-Za-z]|[\\s\\S]`, 'g');

/** A terminal that remembers what was written, and obeys the few codes that the display uses. */
function fakeTerminal(columns: number): Output & { screen(): string[]; raw: string[]; resize(columns: number): void } {
  const raw: string[] = [];
  let width = columns;
  const screen = () => {
    const rows: string[] = [''];
    let row = 0;
    let column = 0;
    for (const [token] of raw.join('').matchAll(codesAndCharacters)) {
      if (token === '\r') column = 0;
      else if (token === '\n') {
        row++;
        column = 0;
      } else if (token.endsWith('A') && token.length > 1) row -= Number(token.slice(2, -1));
      else if (token === `${ESCAPE}[K`) rows[row] = (rows[row] ?? '').slice(0, column);
      else if (token === `${ESCAPE}[J`) {
        rows[row] = (rows[row] ?? '').slice(0, column);
        rows.length = row + 1;
      } else if (!token.startsWith(ESCAPE)) {
        const line = (rows[row] ?? '').padEnd(column);
        rows[row] = line.slice(0, column) + token + line.slice(column + 1);
        column++;
      }
    }
    return rows.map((line) => line ?? '');
  };
  return {
    write: (text) => raw.push(text),
    isTty: true,
    columns: () => width,
    style,
    screen,
    raw,
    resize: (wider) => {
      width = wider;
    },
  };
}

describe('the live display', () => {
  it('redraws in place, puts notes above, and leaves nothing but them', async () => {
    const terminal = fakeTerminal(80);
    const display = new LiveDisplay(terminal);
    display.update({ ...running, live: null });
    await expect.poll(() => terminal.screen().length).toBe(2);
    display.update(running);
    await expect.poll(() => terminal.screen().at(-1)).toContain('1,234 req/s');
    display.note(`something happened ${'x'.repeat(70)}`);
    expect(terminal.screen()).toEqual(['something happened', 'x'.repeat(70), ...progressFrame(running, 79, style)]);
    display.stop();
    display.stop();
    expect(terminal.screen()).toEqual(['something happened', 'x'.repeat(70), '']);
    display.note('and one word more');
    expect(terminal.screen()).toEqual(['something happened', 'x'.repeat(70), 'and one word more']);
    expect(terminal.raw.filter((text) => text.includes('?25'))).toEqual([
      `${ESCAPE}[?25l`,
      expect.stringContaining(`${ESCAPE}[?25h`),
    ]);
  });

  it('writes nothing when nothing changed, and at most ten frames a second', async () => {
    const terminal = fakeTerminal(80);
    const display = new LiveDisplay(terminal);
    const startedAt = performance.now();
    for (let i = 0; i < 200; i++) {
      display.update({ ...running, requestsSoFar: i });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const frames = terminal.raw.length - 1;
    expect(frames).toBeGreaterThan(0);
    expect(frames).toBeLessThanOrEqual(Math.ceil((performance.now() - startedAt) / 100) + 1);
    await expect.poll(() => terminal.screen().at(-1)).toContain('199 requests');
    const written = terminal.raw.length;
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(terminal.raw.length).toBe(written);
    display.stop();
  });

  it('goes up by as many rows as the lines take after the terminal became narrower', async () => {
    const terminal = fakeTerminal(100);
    const display = new LiveDisplay(terminal);
    display.update(running);
    await expect.poll(() => terminal.raw.length).toBe(2);
    terminal.resize(40);
    await expect.poll(() => terminal.raw.length).toBe(3);
    // 73 and 70 columns now take two rows of 40 each.
    expect(terminal.raw[2]?.startsWith(`\r${ESCAPE}[3A`)).toBe(true);
    display.stop();
  });
});

describe('progress without a terminal', () => {
  function record(quiet: boolean) {
    const lines: string[] = [];
    const output: Output = { write: (text) => lines.push(text), isTty: false, columns: () => null, style };
    return { lines, display: createDisplay(output, { quiet }) };
  }

  it('writes a line a phase and one every five seconds of load', () => {
    const { lines, display } = record(false);
    display.update({ ...running, phase: 'provisioning', elapsedSeconds: null, live: null, tasksReady: 0 });
    display.update({ ...running, phase: 'provisioning', elapsedSeconds: null, live: null, tasksReady: 1 });
    display.update({ ...running, elapsedSeconds: -1, live: null });
    for (let second = 0; second < 12; second++) {
      display.update({ ...running, elapsedSeconds: second + 1.1, live: { ...(running.live ?? fail()), second } });
    }
    display.update({ ...running, phase: 'complete' });
    display.note('a note');
    display.stop();
    expect(lines).toEqual([
      '       provisioning  0 of 4 tasks ready\n',
      '       starting  load begins in 1 s\n',
      '   1s  running  1,234 req/s  0 errors  p95 12.3 ms  20 users  11,120 requests\n',
      '   6s  running  1,234 req/s  0 errors  p95 12.3 ms  20 users  11,120 requests\n',
      '  11s  running  1,234 req/s  0 errors  p95 12.3 ms  20 users  11,120 requests\n',
      'a note\n',
    ]);
  });

  it('is silent but for notes when quiet', () => {
    const { lines, display } = record(true);
    display.update(running);
    display.note('a note');
    display.stop();
    expect(lines).toEqual(['a note\n']);
  });
});

function fail(): never {
  throw new Error('the fixture has no live second');
}
