/** Where a user is in its flow: follows the instructions up to the next thing that takes time. */
import { limits } from '../../../core/limits.ts';
import type { CompiledRequest } from '../compile/compile-request-step.ts';
import type { Instruction, LoopPlace, Program } from '../compile/program.ts';
import type { LabelRecord } from '../recording/label-record.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { FlowState } from './flow-state.ts';
import { TransactionStack } from './transaction-stack.ts';
import type { UserScope } from './user-scope.ts';

/** Why it stops. */
export const halt = {
  request: 0,
  pause: 1,
  iterationOver: 2,
  /** It went around so often without anything that takes time that others must get their turn. */
  turn: 3,
  /** There are no rows any more, or an action says so. */
  leave: 4,
  leaveAll: 5,
  leaveAllNow: 6,
} as const;
export type Halt = (typeof halt)[keyof typeof halt];

/** Times around without a halt. */
const ROUNDS_MAX = 1_000;
/** From this many rounds on without a request or a pause, turns are given up for longer and longer. */
const ROUNDS_UNHINDERED = 10_000;
const REST_MS_MAX = 1_000;
const FOREVER = -1;

export class Walk {
  /** What it came to. */
  request: CompiledRequest | null = null;
  pauseMs = 0;
  /** The instant that it is now: said before each `next`, and later after it when samples were handed over meanwhile. */
  nowMs = 0;

  #program: Program;
  #scope: UserScope;
  #state: FlowState;
  #recorder: Recorder;
  #at = 0;
  #counters: Int32Array | null;
  #transactions: TransactionStack | null = null;
  /** Since the last request or pause. */
  #rounds = 0;
  #didSomething = false;
  /** A request, a pause or variables that were set: from the first on, JMeter counts transactions without a request in them, too. */
  #hasSampled = false;

  constructor(program: Program, scope: UserScope, state: FlowState, recorder: Recorder) {
    this.#program = program;
    this.#scope = scope;
    this.#state = state;
    this.#recorder = recorder;
    this.#counters = program.counters === 0 ? null : new Int32Array(program.counters);
  }

  /** Those that it is in; null when it is in none. */
  get transactions(): TransactionStack | null {
    return this.#transactions?.isEmpty === false ? this.#transactions : null;
  }

  get isBetweenIterations(): boolean {
    return this.#at === 0;
  }

  /** There was a request or a pause in the iteration that is over. */
  get didSomething(): boolean {
    return this.#didSomething;
  }

  /** How long to let others have their turn, milliseconds. */
  get restMs(): number {
    const over = this.#rounds - ROUNDS_UNHINDERED;
    return over < 0 ? 0 : Math.min(REST_MS_MAX, 2 ** (over / ROUNDS_MAX));
  }

  /** A request was really sent. */
  moved(): void {
    this.#rounds = 0;
    this.#didSomething = true;
  }

  next(): Halt {
    const { instructions } = this.#program;
    const endOfTurn = this.#rounds + ROUNDS_MAX;
    for (;;) {
      const instruction = instructions[this.#at]!;
      switch (instruction.op) {
        case 'begin':
          if (!this.#beginIteration()) return halt.leave;
          this.#at++;
          break;
        case 'end':
          this.#at = 0;
          this.#rounds++;
          return halt.iterationOver;
        case 'request':
          this.#at++;
          this.request = instruction.request;
          this.#hasSampled = true;
          return halt.request;
        case 'jump':
          if (instruction.to < this.#at && ++this.#rounds >= endOfTurn) return this.#giveTurn(instruction.to);
          this.#at = instruction.to;
          break;
        case 'again':
          if (!this.#goesAround(instruction.place)) this.#at++;
          else if (++this.#rounds >= endOfTurn) return this.#giveTurn(instruction.to);
          else this.#at = instruction.to;
          break;
        case 'pause':
          this.#at++;
          this.#hasSampled = true;
          this.pauseMs = instruction.ms;
          if (instruction.ms > 0) {
            this.moved();
            return halt.pause;
          }
          break;
        case 'stop':
          if (!instruction.isForAll) return halt.leave;
          return instruction.isNow ? halt.leaveAllNow : halt.leaveAll;
        default:
          this.#at = this.#follow(instruction);
      }
    }
  }

  /** Where to go on. */
  #follow(
    instruction: Exclude<Instruction, { op: 'begin' | 'end' | 'request' | 'jump' | 'again' | 'pause' | 'stop' }>,
  ): number {
    const scope = this.#scope;
    const next = this.#at + 1;
    switch (instruction.op) {
      case 'unless':
        if (instruction.condition.holds(scope)) return next;
        for (const counter of instruction.once) this.#counters![counter] = 0;
        return instruction.to;
      case 'loop':
        return this.#enterLoop(instruction) ? next : instruction.to;
      case 'reset':
        this.#counters![instruction.place.counter] = -1;
        for (const counter of instruction.once) this.#counters![counter] = 0;
        return next;
      case 'while':
        this.#countWalk(instruction.place);
        return instruction.condition.goesOn(scope, false) ? next : instruction.to;
      case 'while-end':
        return instruction.condition.goesOn(scope, true) ? next : instruction.to;
      case 'foreach':
        this.#countWalk(instruction.place);
        return this.#bindItem(instruction) ? next : instruction.to;
      case 'foreach-step':
        return this.#bindItem(instruction) ? next : (instruction.to ?? next);
      case 'index':
        scope.set(instruction.name, String(instruction.counter === null ? 0 : this.#counters![instruction.counter]!));
        return next;
      case 'once': {
        const counters = this.#counters!;
        if (counters[instruction.counter] === 1) return instruction.to;
        counters[instruction.counter] = 1;
        return next;
      }
      case 'transaction': {
        const { transaction } = instruction;
        const record = transaction.isAbsorbed
          ? null
          : (transaction.record ?? this.recordOf(transaction.label.fill(scope)));
        this.#transactions ??= new TransactionStack(this.#recorder);
        this.#transactions.begin(transaction, record, this.nowMs);
        return next;
      }
      case 'transaction-end':
        this.#endTransaction(false);
        return next;
      case 'continue':
        this.#hasSampled = true;
        for (const condition of instruction.whiles) condition.goesOn(scope, true);
        for (const counter of instruction.once) this.#counters![counter] = 0;
        while (this.transactions !== null) this.#endTransaction(true);
        scope.lastSampleOk = true;
        return this.#program.instructions.length - 1;
      case 'set':
        this.#hasSampled = true;
        this.#setVariables(instruction);
        return next;
    }
  }

  /** They are set together: none of them sees another's new value. */
  #setVariables({ variables }: Instruction & { op: 'set' }): void {
    const scope = this.#scope;
    try {
      const filled = variables.map(([name, value]) => [name.fill(scope), value.fill(scope)] as const);
      for (const [name, value] of filled) scope.set(name, value);
    } catch (error) {
      // Longer than any string can be.
      if (!(error instanceof RangeError)) throw error;
      scope.overflowed();
    }
  }

  /** Where the samples of a label are counted that was filled in just now. */
  recordOf(label: string): LabelRecord {
    return this.#recorder.recordOf(
      label.length > limits.labelLengthMax ? label.slice(0, limits.labelLengthMax) : label,
    );
  }

  /** False: there are no rows any more. */
  #beginIteration(): boolean {
    const scope = this.#scope;
    const { indexName } = this.#program;
    scope.iteration++;
    this.#didSomething = false;
    if (indexName !== null) scope.set(indexName, String(scope.iteration - 1));
    const { rows } = this.#state;
    for (let at = 0; at < rows.length; at++) if (!rows[at]!.takeRow(scope)) return false;
    return true;
  }

  #enterLoop({ place, times, once }: Instruction & { op: 'loop' }): boolean {
    const counters = this.#counters!;
    const count = times === null ? FOREVER : timesOf(times.fill(this.#scope));
    if (count === 0) return false;
    counters[place.counter] = 0;
    counters[place.counter + 1] = count;
    for (const counter of once) counters[counter] = 0;
    if (place.indexName !== null) this.#scope.set(place.indexName, '0');
    return true;
  }

  #goesAround({ counter, indexName }: LoopPlace): boolean {
    const counters = this.#counters!;
    // A loop that goes on forever must not run out of numbers.
    const index = counters[counter]! === 0x7fffffff ? 1 : counters[counter]! + 1;
    counters[counter] = index;
    const times = counters[counter + 1]!;
    if (times !== FOREVER && index >= times) return false;
    if (indexName !== null) this.#scope.set(indexName, String(index));
    return true;
  }

  /** The number of the walk that may begin now, from 0. */
  #countWalk({ counter, indexName }: LoopPlace): number {
    const counters = this.#counters!;
    const index = counters[counter]! + 1;
    counters[counter] = index;
    if (indexName !== null) this.#scope.set(indexName, String(index));
    return index;
  }

  /** False: there is no item for this turn, and the variable is as JMeter leaves it: where the next walk would begin. */
  #bindItem({ place, collection, variable }: Instruction & { op: 'foreach' | 'foreach-step' }): boolean {
    const scope = this.#scope;
    const value = scope.get(`${collection}_${this.#counters![place.counter]! + 1}`);
    const left = value ?? scope.get(`${collection}_1`);
    if (left !== undefined) scope.set(variable, left);
    return value !== undefined;
  }

  #endTransaction(isBrokenOff: boolean): void {
    const lastSampleOk = isBrokenOff ? this.#scope.lastSampleOk : null;
    const ended = this.#transactions?.end(this.nowMs, this.#hasSampled, lastSampleOk);
    if (ended === undefined) return;
    this.nowMs = ended.nowMs;
    if (ended.succeeded !== null) this.#scope.lastSampleOk = ended.succeeded;
  }

  #giveTurn(to: number): Halt {
    this.#at = to;
    return halt.turn;
  }
}

/** As JMeter reads it: what is no number is none. */
function timesOf(text: string): number {
  const count = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : 0;
  return Math.max(FOREVER, Math.min(count, 0x7fffffff));
}
