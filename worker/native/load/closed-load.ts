/** The closed model: a number of users, each of which begins its next request when the last one and its think-time are over. */
import type { ClosedShardExecution } from '../../../core/plan/shard.ts';
import type { CompiledFlow } from '../compile/compile-flow.ts';
import type { PacedSource } from '../pacing/pacer.ts';
import type { ExecutionLoad } from './execution-load.ts';
import { TURN_MS_MAX } from './execution-load.ts';
import type { LoadContext } from './load-context.ts';
import { type LoadModel, VirtualUser } from './virtual-user.ts';

export class ClosedLoad implements ExecutionLoad, LoadModel, PacedSource {
  readonly startsIterations = false;
  isOver = false;
  nextDueMs = Number.POSITIVE_INFINITY;

  #execution: ClosedShardExecution;
  #flow: CompiledFlow;
  #context: LoadContext;
  #onOver: () => void;
  #changes: ReturnType<ClosedShardExecution['userChanges']>;
  #startedAtMs = 0;
  #endAtMs = Number.POSITIVE_INFINITY;
  /** By their place in the shard: those that begin and leave are always the last ones. */
  #users: VirtualUser[] = [];
  /** Where each of them stands among the context's users. */
  #places: number[] = [];
  /** Users that the curve wants away while their request is under way: they leave when it is over. */
  #leaving = new Set<VirtualUser>();
  /** Users that have left; of them only those that may come back are kept. */
  #gone = new Set<VirtualUser>();
  #present = 0;

  constructor(execution: ClosedShardExecution, flow: CompiledFlow, context: LoadContext, onOver: () => void) {
    this.#execution = execution;
    this.#flow = flow;
    this.#context = context;
    this.#onOver = onOver;
    this.#changes = execution.userChanges();
  }

  get needsPacing(): boolean {
    if (this.#execution.users === 0) return false;
    if (this.#execution.beginSeconds(0) > 0) return true;
    const changes = this.#execution.userChanges();
    while (changes.nextSeconds === 0 && changes.active < this.#execution.users) changes.advance();
    const { nextSeconds } = changes;
    return this.#flow.program.waits || nextSeconds < Number.POSITIVE_INFINITY;
  }

  start(startedAtMs: number): void {
    this.#startedAtMs = startedAtMs;
    const { endSeconds } = this.#execution;
    if (endSeconds !== null) this.#endAtMs = startedAtMs + endSeconds * 1_000;
    this.#plan();
    if (this.#execution.users === 0) this.end();
  }

  runDue(nowMs: number): void {
    if (this.isOver) return;
    let atMs = nowMs;
    while (this.#nextChangeMs <= nowMs && atMs - nowMs < TURN_MS_MAX) {
      const dueMs = this.#nextChangeMs;
      if (dueMs >= this.#endAtMs) break;
      atMs = performance.now();
      const { active, isBeginning } = this.#changes;
      this.#changes.advance();
      if (isBeginning) this.#beginUser(active, atMs, dueMs);
      else this.#leaveUser(active - 1);
    }
    if (nowMs >= this.#endAtMs) this.end();
    else this.#plan();
  }

  ready(user: VirtualUser, nowMs: number, dueMs: number | null): void {
    if (this.isOver || nowMs >= this.#endAtMs) user.leave();
    else if (this.#leaving.size > 0 && this.#leaving.delete(user)) {
      user.leave();
      this.#left(user);
    } else {
      if (dueMs !== null) this.#context.beginsLate(nowMs, dueMs);
      user.begin(nowMs, null, false);
    }
  }

  retired(user: VirtualUser): void {
    this.#leaving.delete(user);
    this.#left(user);
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.nextDueMs = Number.POSITIVE_INFINITY;
    for (const user of this.#users) if (!user.isUnderWay) user.leave();
    this.#onOver();
  }

  get #nextChangeMs(): number {
    return this.#startedAtMs + this.#changes.nextSeconds * 1_000;
  }

  #plan(): void {
    this.nextDueMs = Math.min(this.#nextChangeMs, this.#endAtMs);
  }

  /** A user that was to leave, but is still there, stays; one that has left comes back as a new one. */
  #beginUser(i: number, nowMs: number, dueMs: number): void {
    const known = this.#users[i];
    if (known !== undefined && !this.#gone.delete(known)) {
      this.#leaving.delete(known);
      return;
    }
    this.#context.beginsLate(nowMs, dueMs);
    const { iterationsPerUser, userIndex } = this.#execution;
    const user = new VirtualUser(
      { index: userIndex(i), flow: this.#flow, iterationsMax: iterationsPerUser, model: this },
      this.#context,
    );
    this.#users[i] = user;
    this.#places[i] ??= this.#context.users.length;
    this.#context.users[this.#places[i]] = user;
    this.#present++;
    user.begin(nowMs, null, false);
  }

  #leaveUser(i: number): void {
    const user = this.#users[i];
    if (user === undefined || this.#gone.has(user)) return;
    if (user.isUnderWay) this.#leaving.add(user);
    else {
      user.leave();
      this.#left(user);
    }
  }

  #left(user: VirtualUser): void {
    this.#gone.add(user);
    this.#present--;
    if (this.#present === 0 && this.#nextChangeMs >= this.#endAtMs) this.end();
  }
}
