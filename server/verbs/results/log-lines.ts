/** What a task printed, as lines for people: without the windows, which make up nearly all of it and whose numbers the series has. */
import { WINDOW_LINE_START } from '../../../core/run-folder/window-line.ts';

/** A longer line is cut. */
const LINE_CHARACTERS_MAX = 64 * 1024;

export class LogLines {
  readonly #decoder = new TextDecoder();
  /** The line that has no end yet, as far as it is kept. */
  #open = '';
  #cutCharacters = 0;

  /** The lines that are finished with these bytes, each with its newline. */
  add(bytes: Uint8Array): string[] {
    const parts = this.#decoder.decode(bytes, { stream: true }).split('\n');
    const last = parts.pop() ?? '';
    const lines: string[] = [];
    for (const part of parts) {
      this.#append(part);
      const line = this.#take();
      if (!line.startsWith(WINDOW_LINE_START)) lines.push(`${line}\n`);
    }
    this.#append(last);
    return lines;
  }

  /** What was left without an end. */
  end(): string[] {
    this.#append(this.#decoder.decode());
    const line = this.#take();
    return line === '' || line.startsWith(WINDOW_LINE_START) ? [] : [line];
  }

  #append(part: string): void {
    const kept = part.slice(0, LINE_CHARACTERS_MAX - this.#open.length);
    this.#open += kept;
    this.#cutCharacters += part.length - kept.length;
  }

  #take(): string {
    const line = this.#cutCharacters === 0 ? this.#open : `${this.#open}... (${this.#cutCharacters} characters cut)`;
    this.#open = '';
    this.#cutCharacters = 0;
    return line;
  }
}

/** The last lines of all that are added, as many as may be kept. */
export class LastLines {
  readonly #linesMax: number;
  readonly #bytesMax: number;
  #lines: Buffer[] = [];
  #first = 0;
  #bytes = 0;

  constructor(limits: { linesMax: number; bytesMax: number }) {
    this.#linesMax = limits.linesMax;
    this.#bytesMax = limits.bytesMax;
  }

  add(lines: readonly string[]): void {
    for (const text of lines) {
      const line = Buffer.from(text);
      this.#lines.push(line);
      this.#bytes += line.length;
      while (this.#lines.length - this.#first > this.#linesMax || this.#bytes > this.#bytesMax) {
        this.#bytes -= this.#lines[this.#first]?.length ?? 0;
        this.#lines[this.#first++] = Buffer.alloc(0);
      }
      if (this.#first > this.#lines.length / 2) {
        this.#lines = this.#lines.slice(this.#first);
        this.#first = 0;
      }
    }
  }

  take(): Uint8Array {
    const all = Buffer.concat(this.#lines.slice(this.#first));
    this.#lines = [];
    this.#first = 0;
    this.#bytes = 0;
    return all;
  }
}
