/** Taurus as a process: a session of its own, which ends with the worker whatever becomes of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { z } from 'zod';
import { killSession } from './process-session.ts';
import type { WorkFolder } from './work-folder.ts';

/** What Taurus and the tools get to end by themselves. */
const ENDING_MS_MAX = 4_000;
const KILL_MS_MAX = 2_000;
/** An event is a line; what is longer is none. */
const EVENT_LENGTH_MAX = 1024 * 1024;
const EVENTS = 3;

const filesSchema = z.strictObject({
  format: z.enum(['jtl', 'k6']),
  samples: z.string(),
  errors: z.string().nullable(),
});

/** What `loadstar_bzt/channel.py` tells. */
const eventSchema = z.discriminatedUnion('event', [
  /** All tools have read their scripts and wait for go. */
  z.object({ event: z.literal('prepared'), executions: z.array(filesSchema) }),
  z.object({ event: z.literal('criterion-failed'), message: z.string() }),
  z.object({ event: z.literal('ended-by'), kind: z.string(), message: z.string(), diagnostics: z.string() }),
]);
type BztEvent = z.infer<typeof eventSchema>;
export type EndedBy = Extract<BztEvent, { event: 'ended-by' }>;

/** How Taurus ended. */
export interface BztEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** What it said itself; null: nothing. */
  endedBy: EndedBy | null;
  /** A criterion of the script's own was not met. */
  failedCriterion: string | null;
}

export interface BztCommand {
  python: string;
  folder: WorkFolder;
  environment: Record<string, string>;
}

export class BztProcess {
  /** Resolves when Taurus has ended and nothing of what it started is left. */
  readonly ended: Promise<BztEnd>;
  /** Where samples will appear, once every tool waits for go; null when Taurus ended before. */
  readonly prepared: Promise<z.infer<typeof filesSchema>[] | null>;
  readonly #child: ChildProcess;
  #endedBy: EndedBy | null = null;
  #failedCriterion: string | null = null;
  #isStopping = false;

  constructor({ environment, folder, python }: BztCommand) {
    const output = openSync(folder.output, 'a');
    const config = [folder.root, folder.config, folder.log];
    this.#child = spawn(python, ['-m', 'loadstar_bzt', ...config], {
      cwd: folder.files,
      detached: true,
      env: {
        ...environment,
        PYTHONPATH: [import.meta.dirname, environment.PYTHONPATH ?? ''].filter((part) => part !== '').join(':'),
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONUNBUFFERED: '1',
      },
      stdio: ['pipe', output, output, 'pipe'],
    });
    closeSync(output);
    const prepared = Promise.withResolvers<z.infer<typeof filesSchema>[] | null>();
    this.prepared = prepared.promise;
    this.#listen((event) => {
      if (event.event === 'prepared') prepared.resolve(event.executions);
      else if (event.event === 'criterion-failed') this.#failedCriterion = event.message;
      else this.#endedBy ??= event;
    });
    this.ended = this.#awaitEnd().finally(() => prepared.resolve(null));
  }

  /** Its number, which is that of its session; null when it could not be started. */
  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  /** Lets the load begin. */
  go(): void {
    this.#lifeline.write('go\n');
  }

  /** Asks it to end; after a few seconds all of the session is ended by force. */
  stop(): void {
    if (this.#isStopping || this.pid === null) return;
    this.#isStopping = true;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => void this.#kill(), ENDING_MS_MAX);
    this.#child.once('exit', () => clearTimeout(timer));
  }

  get #lifeline(): Writable {
    return this.#child.stdin as Writable;
  }

  async #kill(): Promise<void> {
    if (this.pid !== null) await killSession(this.pid, KILL_MS_MAX);
  }

  async #awaitEnd(): Promise<BztEnd> {
    const end = await new Promise<Pick<BztEnd, 'code' | 'signal'>>((resolve, reject) => {
      this.#child.once('error', reject);
      // After its output was read: events say why it ended.
      this.#child.once('exit', (code, signal) => setTimeout(() => resolve({ code, signal }), 0));
    });
    await this.#kill();
    return { ...end, endedBy: this.#endedBy, failedCriterion: this.#failedCriterion };
  }

  #listen(onEvent: (event: BztEvent) => void): void {
    this.#lifeline.on('error', () => {});
    let unfinished = '';
    const events = this.#child.stdio[EVENTS] as NodeJS.ReadableStream | null;
    events?.setEncoding('utf8');
    events?.on('data', (text: string) => {
      const lines = (unfinished + text).split('\n');
      unfinished = (lines.pop() ?? '').slice(0, EVENT_LENGTH_MAX);
      for (const line of lines) {
        const parsed = eventSchema.safeParse(parseJson(line));
        if (parsed.success) onEvent(parsed.data);
      }
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
