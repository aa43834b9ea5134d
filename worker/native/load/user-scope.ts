/** A user's variables, and what the functions of templates know of it. */
import { hostname } from 'node:os';
import type { LanguageContext, TemplateScope } from '../../../core/language/template.ts';
import { type Failure, failure } from '../failure.ts';
import type { FlowState } from './flow-state.ts';

/** A value that is set again and again from itself must not take all memory. More than any body that is looked into. */
const VALUE_CHARACTERS_MAX = 8 * 1024 * 1024;

const tooLong = failure('request', 'a variable grew longer than 8 Mi characters');

export class UserScope implements TemplateScope, LanguageContext {
  readonly userNumber: number;
  iteration = 0;
  lastSampleOk = true;
  /** What went wrong while variables were set: the next request fails by it. */
  problem: Failure | null = null;

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
    if (value.length > VALUE_CHARACTERS_MAX) {
      this.overflowed();
      return;
    }
    this.#variables ??= new Map();
    this.#variables.set(name, value);
  }

  /** A value was too long to be set; the variable keeps the one that it had. */
  overflowed(): void {
    this.problem = tooLong;
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
