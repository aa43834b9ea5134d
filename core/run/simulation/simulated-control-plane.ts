/** A control plane that drives one run in a simulated world: the tick of `server/verbs/tick-run.ts` in steps between which it may die. */
import { reduce } from '../reduce.ts';
import { finalPhases, type Run } from '../run.ts';
import { takeRun } from '../transitions.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface ControlPlaneFaults {
  /** Chance of dying at each step of a tick. */
  dies: number;
  /** It certainly dies before this step of all it takes; null: it does not. */
  diesAtStep: number | null;
  /** How long it stays dead at most. */
  deadMsMax: number;
  /** Chance that a command is performed twice. */
  twice: number;
  /** Chance that what it sees lags behind, and by how much at most. */
  late: number;
  lateMsMax: number;
}

export const reliable: ControlPlaneFaults = {
  dies: 0,
  diesAtStep: null,
  deadMsMax: 0,
  twice: 0,
  late: 0,
  lateMsMax: 0,
};

export class SimulatedControlPlane {
  steps = 0;
  readonly #world: World;
  readonly #random: Random;
  readonly #faults: ControlPlaneFaults;
  readonly #paceMs: (run: Run, nowMs: number) => number;
  #tick: Generator<void> | null = null;
  #nextTickAtMs = 0;

  constructor(world: World, random: Random, faults: ControlPlaneFaults, paceMs: (run: Run, nowMs: number) => number) {
    this.#world = world;
    this.#random = random;
    this.#faults = faults;
    this.#paceMs = paceMs;
  }

  /** One step of the tick under way, or of a new one when it is due. A dead control plane comes back by itself. */
  step(): void {
    if (this.#world.nowMs < this.#nextTickAtMs) return;
    this.steps++;
    if (this.steps === this.#faults.diesAtStep || this.#random.chance(this.#faults.dies)) {
      this.#tick = null;
      this.#nextTickAtMs = this.#world.nowMs + this.#random.between(0, this.#faults.deadMsMax);
      return;
    }
    this.#tick ??= this.#newTick();
    if (this.#tick.next().done === true) this.#tick = null;
  }

  /** Steps until the tick under way is over. */
  wholeTick(): void {
    do this.step();
    while (this.#tick !== null);
  }

  *#newTick(): Generator<void> {
    const world = this.#world;
    const read = world.row;
    if (finalPhases.has(read.phase)) return;
    const late = this.#random.chance(this.#faults.late);
    const observation = late ? world.observeLate(this.#random.between(0, this.#faults.lateMsMax)) : world.observe();
    yield;
    const { run, commands } = reduce(takeRun(read, world.nowMs), observation, world.nowMs);
    const next = { ...run, version: read.version + 1 };
    if (run !== read && !world.store(next)) return;
    for (const command of commands) {
      yield;
      world.perform(command, next);
      if (this.#random.chance(this.#faults.twice)) world.perform(command, next);
    }
    this.#nextTickAtMs = world.nowMs + (next.phase === read.phase ? this.#paceMs(next, world.nowMs) : 0);
  }
}
