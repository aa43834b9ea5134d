/**
 * The open model: requests, or iterations of the flow, are due at planned instants, whatever becomes of those before. A due start takes the
 * user that has been free for longest, else opens a new user, else waits in line for one. A user that was started on an iteration is not free
 * before its end; its further requests are planned when they begin. Where all users are to take turns, they get in line when their time comes.
 *
 *     starts     0 ........ dealt - waiting ........ dealt ........ starts
 *                  begun                   waiting         not yet due
 */
import type { OpenShardExecution } from '../../../core/plan/shard.ts';
import type { CompiledFlow } from '../compile/compile-flow.ts';
import type { PacedSource } from '../pacing/pacer.ts';
import type { ExecutionLoad } from './execution-load.ts';
import { TURN_MS_MAX } from './execution-load.ts';
import type { LoadContext } from './load-context.ts';
import { type LoadModel, VirtualUser } from './virtual-user.ts';

/**
 * Users opened in one turn. A generator that was held up has many starts due at once; the users whose responses came meanwhile take most of them,
 * if they get their turn before more are opened. To open one takes as long as ten requests of users that are there.
 */
const USERS_OPENED_MAX = 2;

export class OpenLoad implements ExecutionLoad, LoadModel, PacedSource {
  readonly needsPacing = true;
  readonly startsIterations: boolean;
  isOver = false;
  nextDueMs = Number.POSITIVE_INFINITY;

  #execution: OpenShardExecution;
  #flow: CompiledFlow;
  #context: LoadContext;
  #onOver: () => void;
  #startedAtMs = 0;
  #endAtMs = 0;
  /** Starts that were due; the last `#waiting` of them have no user yet. */
  #dealt = 0;
  #waiting = 0;
  #nextStartMs = Number.POSITIVE_INFINITY;
  /** The line of free users. */
  #firstFree: VirtualUser | null = null;
  #lastFree: VirtualUser | null = null;
  #users: VirtualUser[] = [];
  /** Those who are still to get in line. */
  #joining: ReturnType<OpenShardExecution['userChanges']>;
  #retired = 0;

  constructor(execution: OpenShardExecution, flow: CompiledFlow, context: LoadContext, onOver: () => void) {
    this.startsIterations = execution.startUnit === 'iterations';
    this.#execution = execution;
    this.#flow = flow;
    this.#context = context;
    this.#onOver = onOver;
    this.#joining = execution.userChanges();
  }

  start(startedAtMs: number): void {
    this.#startedAtMs = startedAtMs;
    this.#endAtMs = startedAtMs + this.#execution.endSeconds * 1_000;
    this.#nextStartMs = this.#plannedAtMs(0);
    this.#plan();
    if (this.#execution.starts === 0) this.end();
  }

  runDue(nowMs: number): void {
    if (this.isOver) return;
    this.#dealDue(nowMs);
    // Starts that were planned before the end begin even if this comes a little after it.
    if (nowMs >= this.#endAtMs && this.#nextStartMs === Number.POSITIVE_INFINITY) this.end();
  }

  ready(user: VirtualUser, nowMs: number, dueMs: number | null): void {
    // Starts that were due before the user became free missed it, unless another could have been opened.
    if (this.nextDueMs <= nowMs && (this.#isFull || nowMs >= this.#endAtMs)) this.runDue(nowMs);
    if (this.isOver) user.leave();
    else if (this.#isWithinIteration(user)) this.#goOn(user, nowMs, dueMs);
    else if (this.#waiting > 0 && nowMs < this.#endAtMs) {
      const plannedAtMs = this.#plannedAtMs(this.#dealt - this.#waiting);
      this.#waiting--;
      user.begin(nowMs, plannedAtMs, true);
    } else {
      this.#free(user);
      if (this.#nextStartMs <= nowMs && this.#waiting === 0) this.#dealNext(this.#takeFree());
    }
  }

  #isWithinIteration(user: VirtualUser): boolean {
    return this.startsIterations && !user.isBetweenIterations;
  }

  #goOn(user: VirtualUser, nowMs: number, dueMs: number | null): void {
    if (nowMs >= this.#endAtMs) user.leave();
    else {
      if (dueMs !== null) this.#context.beginsLate(nowMs, dueMs);
      user.begin(nowMs, null, false);
    }
  }

  retired(): void {
    if (++this.#retired === this.#execution.usersMax) this.end();
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    const nowMs = performance.now();
    while (this.#nextStartMs <= nowMs) {
      this.#waiting++;
      this.#advance();
    }
    this.#context.recorder.droppedStarts(this.#waiting);
    this.#waiting = 0;
    this.nextDueMs = Number.POSITIVE_INFINITY;
    for (const user of this.#users) if (!user.isUnderWay) user.leave();
    this.#onOver();
  }

  /** Gives every start that is due by then to a user, or lets it wait. */
  #dealDue(nowMs: number): void {
    let atMs = nowMs;
    let opened = this.#join(nowMs);
    while (this.#nextStartMs <= nowMs && atMs - nowMs < TURN_MS_MAX) {
      let user = this.#waiting > 0 ? null : this.#takeFree();
      if (user === null && !this.#isFull) {
        if (opened++ >= USERS_OPENED_MAX) break;
        user = this.#openUser();
      }
      atMs = this.#dealNext(user);
    }
  }

  /** Users whose time has come get in line. How many were opened. */
  #join(nowMs: number): number {
    const joining = this.#joining;
    let opened = 0;
    if (joining === null) return opened;
    for (; opened < USERS_OPENED_MAX && this.#startedAtMs + joining.nextSeconds * 1_000 <= nowMs; joining.advance()) {
      // Or a start had it opened before.
      if (joining.active < this.#users.length) continue;
      this.#free(this.#openUser());
      opened++;
    }
    return opened;
  }

  /** The next start goes to the user, or waits for one. The instant at which that was done. */
  #dealNext(user: VirtualUser | null): number {
    const plannedAtMs = this.#nextStartMs;
    this.#advance();
    this.#plan();
    const nowMs = performance.now();
    if (user === null) this.#waiting++;
    else {
      this.#context.beginsLate(nowMs, plannedAtMs);
      user.begin(nowMs, plannedAtMs, false);
    }
    return nowMs;
  }

  /** No more users may be opened. */
  get #isFull(): boolean {
    return this.#users.length === this.#execution.usersMax;
  }

  #advance(): void {
    this.#dealt++;
    this.#nextStartMs = this.#plannedAtMs(this.#dealt);
  }

  #plannedAtMs(start: number): number {
    if (start >= this.#execution.starts) return Number.POSITIVE_INFINITY;
    return this.#startedAtMs + this.#execution.startSeconds(start) * 1_000;
  }

  #plan(): void {
    this.nextDueMs = Math.min(this.#nextStartMs, this.#endAtMs);
  }

  #takeFree(): VirtualUser | null {
    const user = this.#firstFree;
    if (user === null) return null;
    this.#firstFree = user.next;
    if (user.next === null) this.#lastFree = null;
    user.next = null;
    return user;
  }

  #free(user: VirtualUser): void {
    user.rest();
    if (this.#lastFree === null) this.#firstFree = user;
    else this.#lastFree.next = user;
    this.#lastFree = user;
  }

  #openUser(): VirtualUser {
    const { iterationsPerUser, userIndex } = this.#execution;
    const user = new VirtualUser(
      { index: userIndex(this.#users.length), flow: this.#flow, iterationsMax: iterationsPerUser, model: this },
      this.#context,
    );
    this.#users.push(user);
    this.#context.users.push(user);
    return user;
  }
}
