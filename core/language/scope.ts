/** What is around a template when it is filled in: a user's variables and what its functions know beside them. */
export interface LanguageContext {
  /** From 1, within its execution: `__threadNum`. */
  readonly userNumber: number;
  /** `__threadGroupName` */
  readonly flowName: string;
  /** From 1. */
  iteration: number;
  /** Of the task: `__P`, `__property`, `__setProperty`. */
  readonly properties: Map<string, string>;
  /** Of the task: `__counter(FALSE)`. */
  readonly counters: Map<string, number>;
  /** Of the user: `__counter(TRUE)`. */
  readonly userCounters: Map<string, number>;
  /** From 0 to below 1. */
  random(): number;
  /** Wall clock, milliseconds since 1970. */
  nowMs(): number;
  readonly env: Readonly<Record<string, string>>;
  /** Whether the user's last request was a success. */
  lastSampleOk: boolean;
  /** Name of the machine. */
  host(): string;
}

/** A user's variables. */
export interface TemplateScope {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  /** Nothing happens when there is none of that name. */
  remove(name: string): void;
  readonly context: LanguageContext;
}
