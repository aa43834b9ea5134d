/** Progress for logs and pipes: a line when the run enters a phase, and one every few seconds of load. */
import { finalPhases } from '../../core/run/run.ts';
import type { Output } from '../terminal/streams.ts';
import type { Display } from './display.ts';
import type { RunProgress } from './progress.ts';
import { phaseWords, statusParts } from './status-parts.ts';

/** Seconds of load between two lines; a long run needs fewer. */
function secondsBetweenLines(plannedSeconds: number | null): number {
  return plannedSeconds !== null && plannedSeconds > 600 ? 30 : 5;
}

/** `  10s  running  1,234 req/s  0 errors  p95 12.3 ms  20 users  11,120 requests` */
export function plainLine(progress: RunProgress, output: Pick<Output, 'style'>): string {
  const elapsed = Math.floor(progress.elapsedSeconds ?? 0);
  const clock = elapsed > 0 ? `${elapsed}s`.padStart(5) : ' '.repeat(5);
  return [clock, phaseWords(progress), ...statusParts(progress, output.style)].join('  ');
}

export class PlainDisplay implements Display {
  readonly #output: Output;
  #phase: string | null = null;
  #secondShown = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  update(progress: RunProgress): void {
    const phase = phaseWords(progress);
    const second = progress.live?.second ?? 0;
    const due = phase === 'running' && second >= this.#secondShown + secondsBetweenLines(progress.plannedSeconds);
    // The end is the summary's to tell.
    if ((phase === this.#phase && !due) || finalPhases.has(progress.phase)) return;
    if (due) this.#secondShown = second;
    this.#phase = phase;
    this.#output.write(`${plainLine(progress, this.#output)}\n`);
  }

  note(text: string): void {
    this.#output.write(`${text}\n`);
  }

  stop(): void {}
}
