/** Follows what a task prints, line by line. */
import type { TaskId } from '../../core/plan/plan.ts';
import type { TaskLogs } from '../ports/task-logs.ts';

/** Read in one call; more waits for the next. */
const BYTES_PER_CALL_MAX = 1024 * 1024;
/** A longer line is none that anybody waits for. */
const LINE_CHARACTERS_MAX = 64 * 1024;

export class LogTail {
  readonly #logs: TaskLogs;
  readonly #runId: string;
  readonly #id: TaskId;
  readonly #decoder = new TextDecoder();
  #offset = 0;
  /** The line that has no end yet; null while the rest of one that is too long is skipped. */
  #open: string | null = '';

  constructor(logs: TaskLogs, runId: string, id: TaskId) {
    this.#logs = logs;
    this.#runId = runId;
    this.#id = id;
  }

  /** The lines that were finished since the last call. */
  async next(): Promise<string[]> {
    const chunk = await this.#logs.read(this.#runId, this.#id, this.#offset, BYTES_PER_CALL_MAX);
    if (chunk === null || chunk.length === 0) return [];
    this.#offset += chunk.length;
    const parts = this.#decoder.decode(chunk, { stream: true }).split('\n');
    const lines: string[] = [];
    for (const [i, part] of parts.entries()) {
      const line = i === 0 ? (this.#open === null ? null : this.#open + part) : part;
      const isOpen = i === parts.length - 1;
      if (isOpen) this.#open = line !== null && line.length <= LINE_CHARACTERS_MAX ? line : null;
      else if (line !== null && line.length <= LINE_CHARACTERS_MAX) lines.push(line);
    }
    return lines;
  }
}
