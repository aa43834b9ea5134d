/**
 * A task's credentials for its run folder in S3, and the secrets of its run: asked for at the control plane with the run's token, and asked for
 * again at half of their life, while the old ones still hold.
 *
 * Their life is counted on this machine's monotonic clock, from when they were asked for: its other clock may be wrong.
 */
import { type AskTaskAccess, type TaskAccessAnswer, taskAccessSchema } from '../../core/api/task-access.ts';
import { LoadstarError } from '../../core/errors.ts';
import type { TaskId } from '../../core/plan/plan.ts';
import type { Clock } from '../clock.ts';
import { type Log, messageOf } from '../log.ts';
import { type Answer, askControlPlane, isProblem, refused } from './control-plane.ts';
import { timeOf } from './control-plane-clock.ts';
import { isTransient } from './retries.ts';

export interface RunAccessOptions {
  /** `https://loadstar.example/api/run-folders/<runId>/access`. */
  url: string;
  token: string;
  id: TaskId;
  clock: Clock;
  log: Log;
  /** Of one request. */
  timeoutMs?: number;
  /** For how long credentials are asked for again when there are none that hold. */
  patienceMs?: number;
}

export type Credentials = TaskAccessAnswer['credentials'];

interface Grant {
  answer: TaskAccessAnswer;
  /** Of the monotonic clock. */
  askedAtMs: number;
  renewAtMs: number;
  endsAtMs: number;
}

/** The control plane may have to wake up. */
const TIMEOUT_MS = 10_000;
/** Many tasks may begin at once, and ask at once. */
const PATIENCE_MS = 60_000;
const BACK_OFF_MS = 500;
const BACK_OFF_MS_MAX = 8_000;
/** Between two tries to renew what still holds. */
const RENEWAL_PAUSE_MS = 15_000;
/** Tasks that began together renew apart: after this share of the life less at most. */
const RENEWAL_SPREAD = 0.1;
const ANSWER_BYTES_MAX = 1024 * 1024;

export class RunAccess {
  readonly #options: RunAccessOptions;
  readonly #closed = new AbortController();
  #grant: Grant | null = null;
  #asking: Promise<Grant> | null = null;
  #nextRenewalAtMs = 0;
  /** The control plane has said that it gives no more: it is asked again only when there is nothing left to lose. */
  #isOver = false;

  constructor(options: RunAccessOptions) {
    this.#options = options;
  }

  /** Such that hold. Throws `store_failed` when none are to be had. */
  async credentials(): Promise<Credentials> {
    return (await this.#current()).answer.credentials;
  }

  /** Values by name, as they were when the credentials were given. Throws `store_failed`. */
  async secrets(): Promise<Record<string, string>> {
    return (await this.#current()).answer.secrets;
  }

  /** S3 does not take these any more, whatever the clock says: others are asked for, unless these are new. */
  expired(credentials: Credentials): void {
    if (this.#grant?.answer.credentials !== credentials) return;
    if (this.#options.clock.monotonicMs() - this.#grant.askedAtMs >= RENEWAL_PAUSE_MS) this.#grant = null;
  }

  /** Ends what is under way. */
  close(): void {
    this.#closed.abort();
  }

  async #current(): Promise<Grant> {
    const nowMs = this.#options.clock.monotonicMs();
    const grant = this.#grant;
    if (grant === null || nowMs >= grant.endsAtMs) return this.#askOnce(() => this.#askPatiently());
    if (nowMs >= Math.max(grant.renewAtMs, this.#nextRenewalAtMs) && !this.#isOver) {
      this.#nextRenewalAtMs = nowMs + RENEWAL_PAUSE_MS;
      this.#askOnce(() => this.#ask()).catch((error: unknown) => this.#noteFailedRenewal(error));
    }
    return grant;
  }

  /** However many want them, they are asked for by one request. */
  #askOnce(ask: () => Promise<Grant>): Promise<Grant> {
    this.#asking ??= ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #askPatiently(): Promise<Grant> {
    const { clock, log, patienceMs = PATIENCE_MS } = this.#options;
    const endsAtMs = clock.monotonicMs() + patienceMs;
    for (let backOffMs = BACK_OFF_MS; ; backOffMs = Math.min(backOffMs * 2, BACK_OFF_MS_MAX)) {
      try {
        return await this.#ask();
      } catch (error) {
        const waitMs = backOffMs * (0.5 + Math.random());
        const isLast = clock.monotonicMs() + waitMs > endsAtMs;
        if (this.#closed.signal.aborted || isLast || !isTransient(error)) throw withoutRetry(error);
        log('warn', 'access to the run folder was not given, asking again', {
          error: messageOf(error),
          waitMs: Math.round(waitMs),
        });
        await clock.sleep(waitMs, this.#closed.signal);
      }
    }
  }

  async #ask(): Promise<Grant> {
    const { url, token, id, clock, timeoutMs = TIMEOUT_MS } = this.#options;
    const what = 'cannot get access to the run folder';
    const beganAtMs = clock.monotonicMs();
    const answer = await askControlPlane({
      what,
      url,
      token,
      init: {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ region: id.region, task: id.task } satisfies AskTaskAccess),
      },
      timeoutMs,
      signal: this.#closed.signal,
      answerBytesMax: ANSWER_BYTES_MAX,
    });
    if (answer.status !== 200) {
      this.#isOver = isProblem(answer, 'run_state_conflict') || isProblem(answer, 'unauthenticated');
      throw refused(what, answer);
    }
    const given = readAnswer(what, answer);
    const lifeMs = Date.parse(given.credentials.expiresAt) - (timeOf(answer) ?? clock.epochMs());
    if (lifeMs <= 0) throw new LoadstarError('store_failed', `${what}: what was given has expired already`);
    this.#isOver = false;
    this.#grant = {
      answer: given,
      askedAtMs: beganAtMs,
      renewAtMs: beganAtMs + lifeMs * (0.5 - RENEWAL_SPREAD * Math.random()),
      endsAtMs: beganAtMs + lifeMs,
    };
    return this.#grant;
  }

  #noteFailedRenewal(error: unknown): void {
    if (this.#closed.signal.aborted) return;
    const again = this.#isOver ? 'and is not asked for again' : 'and is asked for again';
    this.#options.log('warn', `access to the run folder was not renewed, ${again}; what there is still holds`, {
      error: messageOf(error),
    });
  }
}

function readAnswer(what: string, { body }: Answer): TaskAccessAnswer {
  try {
    return taskAccessSchema.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    // What came is not repeated: it may hold secrets.
    throw new LoadstarError('store_failed', `${what}: what the control plane answered cannot be read`);
  }
}

/** The same error, which nobody takes for one that passes by itself: it was tried for long enough. */
function withoutRetry(error: unknown): unknown {
  return error instanceof LoadstarError ? new LoadstarError(error.code, error.message) : error;
}
