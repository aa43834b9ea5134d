/** The closed model: a number of users, each of which begins its next request when the last one and its think-time are over. */
import type { ClosedShardExecution } from '../../../core/plan/shard.ts';
import type { CompiledFlow } from '../compile/compile-flow.ts';
import type { PacedSource } from '../pacing/pacer.ts';
import type { ExecutionLoad } from './execution-load.ts';
import { TURN_MS_MAX } from './execution-load.ts';
import type { LoadContext } from './load-context.ts';
import { type LoadModel, VirtualUser } from './virtual-user.ts';

export class ClosedLoad implements ExecutionLoad, LoadModel, PacedSource {
  isOver = false;
  nextDueMs = Number.POSITIVE_INFINITY;

  #execution: ClosedShardExecution;
  #flow: CompiledFlow;
  #context: LoadContext;
  #onOver: () => void;
  /** Of the users, in the order in which they start. */
  #order: number[];
  #startedAtMs = 0;
  #endAtMs = Number.POSITIVE_INFINITY;
  #users: VirtualUser[] = [];
  #retired = 0;

  constructor(execution: ClosedShardExecution, flow: CompiledFlow, context: LoadContext, onOver: () => void) {
    this.#execution = execution;
    this.#flow = flow;
    this.#context = context;
    this.#onOver = onOver;
    const starts = Array.from({ length: execution.users }, (_, user) => execution.userStartSeconds(user));
    this.#order = starts.map((_, user) => user).sort((one, other) => starts[one]! - starts[other]!);
  }

  get needsPacing(): boolean {
    const last = this.#order.at(-1);
    return (
      this.#flow.steps.some(({ thinkTimeMs }) => thinkTimeMs > 0) ||
      (last !== undefined && this.#execution.userStartSeconds(last) > 0)
    );
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
    while (this.#nextStartMs() <= nowMs && atMs - nowMs < TURN_MS_MAX) {
      const dueMs = this.#nextStartMs();
      if (dueMs >= this.#endAtMs) break;
      atMs = performance.now();
      this.#context.beginsLate(atMs, dueMs);
      this.#beginUser(atMs);
    }
    if (nowMs >= this.#endAtMs) this.end();
    else this.#plan();
  }

  ready(user: VirtualUser, nowMs: number, dueMs: number | null): void {
    if (this.isOver || nowMs >= this.#endAtMs) user.leave();
    else {
      if (dueMs !== null) this.#context.beginsLate(nowMs, dueMs);
      user.begin(nowMs, null, false);
    }
  }

  retired(): void {
    if (++this.#retired === this.#execution.users) this.end();
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.nextDueMs = Number.POSITIVE_INFINITY;
    for (const user of this.#users) if (!user.isUnderWay) user.leave();
    this.#onOver();
  }

  #nextStartMs(): number {
    const user = this.#order[this.#users.length];
    return user === undefined
      ? Number.POSITIVE_INFINITY
      : this.#startedAtMs + this.#execution.userStartSeconds(user) * 1_000;
  }

  #plan(): void {
    this.nextDueMs = Math.min(this.#nextStartMs(), this.#endAtMs);
  }

  #beginUser(nowMs: number): void {
    const index = this.#execution.userIndex(this.#order[this.#users.length]!);
    const user = new VirtualUser(
      { index, flow: this.#flow, iterationsMax: this.#execution.iterationsPerUser, model: this },
      this.#context,
    );
    this.#users.push(user);
    this.#context.users.push(user);
    user.begin(nowMs, null, false);
  }
}
