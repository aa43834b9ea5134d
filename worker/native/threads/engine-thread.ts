/** One worker thread of a task, seen from the main thread. */
import { Worker } from 'node:worker_threads';
import { LoadstarError } from '../../../core/errors.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';

export interface EngineThreadEvents {
  onMessage(message: FromThread): void;
  /** It ended without having been told to. Called once. */
  onDeath(error: LoadstarError): void;
}

export class EngineThread {
  readonly #worker: Worker;
  #isClosed = false;

  /** `program`: what the thread runs. */
  constructor(data: ThreadData, { onDeath, onMessage }: EngineThreadEvents, program: URL) {
    const die = (reason: string, cause?: unknown): void => {
      if (this.#isClosed) return;
      this.close();
      onDeath(new LoadstarError('task_failed', `worker thread ${data.thread} ${reason}`, { cause }));
    };
    this.#worker = new Worker(program, { workerData: data });
    this.#worker.on('message', (message: FromThread) => {
      if (!this.#isClosed) onMessage(message);
    });
    this.#worker.on('error', (error) => die(`broke: ${error instanceof Error ? error.message : String(error)}`, error));
    this.#worker.on('messageerror', (error) => die(`sent what cannot be read: ${error.message}`, error));
    this.#worker.on('exit', (code) => die(`ended with code ${code}`));
  }

  send(message: ToThread): void {
    if (!this.#isClosed) this.#worker.postMessage(message);
  }

  /** Ends it, whatever it does. Nothing is heard of it any more. */
  close(): void {
    this.#isClosed = true;
    void this.#worker.terminate();
  }
}
