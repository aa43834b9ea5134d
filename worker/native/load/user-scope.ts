/** A user's variables, and what the functions of templates know of it. */
import { hostname } from 'node:os';
import type { LanguageContext, TemplateScope } from '../../../core/language/template.ts';
import type { FlowState } from './flow-state.ts';

export class UserScope implements TemplateScope, LanguageContext {
  readonly userNumber: number;
  iteration = 0;
  lastSampleOk = true;

  #state: FlowState;
  /** Those that differ from what all users begin with; none until one is set, since most users never set any. */
  #variables: Map<string, string> | null = null;
  /** Of what all users begin with, what this one has no more. */
  #removed: Set<string> | null = null;
  #userCounters: Map<string, number> | null = null;

  constructor(userIndex: number, state: FlowState) {
    this.userNumber = userIndex + 1;
    this.#state = state;
  }

  get(name: string): string | undefined {
    const own = this.#variables?.get(name);
    if (own !== undefined || this.#removed?.has(name)) return own;
    return this.#state.variables.get(name);
  }

  set(name: string, value: string): void {
    this.#variables ??= new Map();
    this.#variables.set(name, value);
  }

  remove(name: string): void {
    this.#variables?.delete(name);
    if (!this.#state.variables.has(name)) return;
    this.#removed ??= new Set();
    this.#removed.add(name);
  }

  get context(): LanguageContext {
    return this;
  }

  get flowName(): string {
    return this.#state.name;
  }

  get properties(): Map<string, string> {
    return this.#state.properties;
  }

  get counters(): Map<string, number> {
    return this.#state.counters;
  }

  get userCounters(): Map<string, number> {
    this.#userCounters ??= new Map();
    return this.#userCounters;
  }

  get env(): Readonly<Record<string, string>> {
    return this.#state.env;
  }

  random(): number {
    return Math.random();
  }

  nowMs(): number {
    return Date.now();
  }

  host(): string {
    return hostname();
  }
}
