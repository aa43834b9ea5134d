/** Turns the steps of a flow into instructions. */
import { compileCondition, compileLoopCondition, type LoopCondition } from '../../../core/language/condition.ts';
import type {
  ForeachStep,
  IfStep,
  LoopStep,
  Step,
  TransactionStep,
  WhileStep,
} from '../../../core/scenario/scenario.ts';
import type { LabelRecord } from '../recording/label-record.ts';
import type { CompiledRequest } from './compile-request-step.ts';
import type { Instruction, LoopPlace, Program } from './program.ts';
import { at, type FlowTexts } from './texts.ts';

/** What compiling steps needs from around. */
export interface StepsContext {
  texts: FlowTexts;
  /** Requests of the flow, compiled, with where they stand. */
  requests: ReadonlyMap<Step, CompiledRequest>;
  recordOf(label: string): LabelRecord;
  /** Somebody reads which walk of a loop it is. */
  readsLoopIndexes: boolean;
  flowName: string;
}

/** Throws `scenario_invalid` with the path. */
export function compileSteps(steps: readonly Step[], path: string, context: StepsContext): Program {
  const builder = new ProgramBuilder(context);
  builder.emit({ op: 'begin' });
  // What is done once in a flow stays done: the flow itself is no loop that begins anew.
  builder.addAll(steps, path);
  builder.emit({ op: 'end' });
  return builder.program();
}

class ProgramBuilder {
  #context: StepsContext;
  #instructions: Instruction[] = [];
  #counters = 0;
  #waits = false;
  /** Transactions around the present step in which requests are no samples of their own. */
  #parents = 0;
  /** Conditions of the while loops around, from the innermost. */
  #whiles: LoopCondition[] = [];
  /** Counters of what is done once around it. */
  #onces: number[] = [];
  /** For each branch of an `if` around it the counters of what is done once anywhere in it. */
  #branches: number[][] = [];
  /** `foreach` loops around it whose turn a step may change, from the outermost. */
  #walked: WalkedLoop[] = [];
  #transactions = 0;
  /** Loops around the present step whose variable may be read, from the outermost. */
  #indexed: { name: string; counter: number }[] = [];
  #atEnd: (() => void)[] = [];
  #shortestTimeoutMs = Number.POSITIVE_INFINITY;

  constructor(context: StepsContext) {
    this.#context = context;
  }

  program(): Program {
    for (const complete of this.#atEnd) complete();
    return {
      instructions: this.#instructions,
      counters: this.#counters,
      shortestTimeoutMs: this.#shortestTimeoutMs,
      waits: this.#waits,
      indexName: this.#context.readsLoopIndexes ? indexNameOf(this.#context.flowName) : null,
    };
  }

  emit<I extends Instruction>(instruction: I): I {
    this.#instructions.push(instruction);
    return instruction;
  }

  /** The counters of the steps done once among them that are forgotten when what they stand in begins anew. */
  addAll(steps: readonly Step[], path: string): number[] {
    return steps.flatMap((step, index) => {
      const stepPath = `${path}[${index}]`;
      if (step.kind === 'once') {
        const counter = this.#addOnce(step.steps, stepPath);
        return step.staysDone ? [] : [counter];
      }
      this.#add(step, stepPath);
      return [];
    });
  }

  get #here(): number {
    return this.#instructions.length;
  }

  #add(step: Exclude<Step, { kind: 'once' }>, path: string): void {
    switch (step.kind) {
      case 'request':
        this.#addRequest(step);
        break;
      case 'if':
        this.#addIf(step, path);
        break;
      case 'loop':
        this.#addLoop(step, path);
        break;
      case 'while':
        this.#addWhile(step, path);
        break;
      case 'foreach':
        this.#addForeach(step, path);
        break;
      case 'transaction':
        this.#addTransaction(step, path);
        break;
      case 'action':
        this.#addAction(step);
        break;
      case 'set-variables': {
        const { texts } = this.#context;
        const variables = step.variables.map(
          ([name, value]) =>
            [
              texts.compile(name, `${path}.set-variables`),
              texts.compile(value, `${path}.set-variables.${name}`),
            ] as const,
        );
        this.#emitWithIndexes({ op: 'set', variables });
      }
    }
  }

  #addRequest(step: Step): void {
    const request = this.#context.requests.get(step)!;
    this.#emitWithIndexes({ op: 'request', request });
    this.#shortestTimeoutMs = Math.min(this.#shortestTimeoutMs, request.timeoutMs);
    if (request.thinkTime !== null) this.#waits = true;
  }

  /** As Taurus writes it for JMeter: what is otherwise done asks the opposite, after what is done then. */
  #addIf(step: IfStep, path: string): void {
    this.#addUnless(step.condition, step.then, `${path}.if`, `${path}.then`);
    if (step.else.length > 0) this.#addUnless(`!(${step.condition})`, step.else, `${path}.if`, `${path}.else`);
  }

  #addUnless(condition: string, steps: readonly Step[], path: string, stepsPath: string): void {
    const compiled = at(path, () => compileCondition(condition));
    const once: number[] = [];
    const unless = this.emit({ op: 'unless', condition: compiled, once, to: 0 });
    this.#branches.push([]);
    const counters = this.addAll(steps, stepsPath);
    this.#branches.pop();
    // As JMeter has it, which begins its first child anew.
    if (steps[0]?.kind === 'once' && !steps[0].staysDone) once.push(counters[0]!);
    unless.to = this.#here;
  }

  #addLoop({ times, steps }: LoopStep, path: string): void {
    const place = this.#placeOf('Loop Controller', 2);
    const compiled = times === null ? null : this.#context.texts.compile(times, `${path}.loop`);
    const once: number[] = [];
    const loop = this.emit({ op: 'loop', place, times: compiled, once, to: 0 });
    const body = this.#here;
    once.push(...this.#addWalked(place, steps, `${path}.do`));
    this.emit({ op: 'again', place, to: body });
    loop.to = this.#here;
    this.#endIndex(place);
  }

  #addWhile({ condition, steps }: WhileStep, path: string): void {
    const place = this.#placeOf('While Controller', 1);
    const once: number[] = [];
    this.emit({ op: 'reset', place, once });
    const top = this.#here;
    const compiled = at(`${path}.while`, () => compileLoopCondition(condition));
    const test = this.emit({ op: 'while', place, condition: compiled, to: 0 });
    this.#whiles.unshift(compiled);
    once.push(...this.#addWalked(place, steps, `${path}.do`));
    this.#whiles.shift();
    const end = this.emit({ op: 'while-end', condition: compiled, to: 0 });
    this.emit({ op: 'jump', to: top });
    test.to = this.#here;
    end.to = this.#here;
    this.#endIndex(place);
  }

  #addForeach({ collection, variable, steps }: ForeachStep, path: string): void {
    const place = this.#placeOf('ForEach Controller', 1);
    const loop: WalkedLoop = { transactions: this.#transactions, collection, variable, place, steps: [] };
    const isChanged = mayChange(steps, [collection, variable]);
    // What is done once in it stays done, unlike in other loops.
    this.emit({ op: 'reset', place, once: [] });
    const top = this.#here;
    const next = this.emit({ op: 'foreach', place, collection, variable, to: 0 });
    if (isChanged) this.#walked.push(loop);
    this.#addWalked(place, steps, `${path}.do`);
    if (isChanged) this.#walked.pop();
    this.emit({ op: 'jump', to: top });
    next.to = this.#here;
    for (const step of loop.steps) step.to = this.#here;
    this.#endIndex(place);
  }

  #addOnce(steps: readonly Step[], path: string): number {
    const counter = this.#counters++;
    const once = this.emit({ op: 'once', counter, to: 0 });
    for (const branch of this.#branches) branch.push(counter);
    this.#onces.push(counter);
    this.addAll(steps, `${path}.once`);
    this.#onces.pop();
    once.to = this.#here;
    return counter;
  }

  #addTransaction({ label, isParent, includesThinkTime, steps }: TransactionStep, path: string): void {
    const text = this.#context.texts.compile(label, `${path}.transaction`);
    const isAbsorbed = isParent && this.#parents > 0;
    const record = text.constant === null || isAbsorbed ? null : this.#context.recordOf(text.constant);
    // One without any steps is done with for good, in JMeter, when it was walked.
    const once = steps.length === 0 ? this.emit({ op: 'once', counter: this.#counters++, to: 0 }) : null;
    this.emit({ op: 'transaction', transaction: { label: text, record, isAbsorbed, isParent, includesThinkTime } });
    this.#transactions++;
    if (isParent) this.#parents++;
    this.addAll(steps, `${path}.do`);
    if (isParent) this.#parents--;
    this.#transactions--;
    this.emit({ op: 'transaction-end' });
    if (once !== null) once.to = this.#here;
  }

  #addAction({ action, pauseSeconds, target }: Step & { kind: 'action' }): void {
    if (action === 'pause') {
      this.emit({ op: 'pause', ms: pauseSeconds * 1_000 });
      if (pauseSeconds > 0) this.#waits = true;
    } else if (action === 'continue') this.#addContinue();
    else this.emit({ op: 'stop', isForAll: target === 'all-threads', isNow: action === 'stop-now' });
  }

  #addWalked({ counter, indexName: name }: LoopPlace, steps: readonly Step[], path: string): number[] {
    if (name !== null) this.#indexed.push({ name, counter });
    const once = this.addAll(steps, path);
    if (name !== null) this.#indexed.pop();
    return once;
  }

  /** Loops of a kind share their variable. As in JMeter a step finds that of the outermost in it; what leads to the step, that of the innermost. */
  #emitWithIndexes(step: Instruction): void {
    const names = new Set(this.#indexed.map(({ name }) => name));
    const nested = [...names]
      .map((name) => this.#indexed.filter((loop) => loop.name === name))
      .filter(({ length }) => length > 1);
    for (const loops of nested) this.emit({ op: 'index', ...loops[0]! });
    this.emit(step);
    for (const loops of nested) this.emit({ op: 'index', ...loops.at(-1)! });
    for (const { transactions, steps, ...loop } of this.#walked) {
      const check = this.emit({ op: 'foreach-step' as const, ...loop, to: null });
      if (transactions === this.#transactions) steps.push(check);
    }
  }

  /** Behind a loop the variable is that of the loop around it, or 0. */
  #endIndex({ indexName: name }: LoopPlace): void {
    if (name === null) return;
    const counter = this.#indexed.findLast((loop) => loop.name === name)?.counter ?? null;
    this.emit({ op: 'index', name, counter });
  }

  #addContinue(): void {
    const once = [...this.#onces];
    const branches = [...this.#branches];
    this.emit({ op: 'continue', whiles: [...this.#whiles], once });
    // Steps behind it in the branches are yet to come.
    this.#atEnd.push(() => once.push(...branches.flat()));
  }

  #placeOf(controller: string, counters: number): LoopPlace {
    const counter = this.#counters;
    this.#counters += counters;
    return { counter, indexName: this.#context.readsLoopIndexes ? indexNameOf(controller) : null };
  }
}

interface WalkedLoop {
  collection: string;
  variable: string;
  place: LoopPlace;
  /** How many transactions lie around it. */
  transactions: number;
  /** Where it may be left. */
  steps: (Instruction & { op: 'foreach-step' })[];
}

/** Whether steps might set one of the variables, or those of the collection: whether they are named other than to be read, or any name is filled in. */
function mayChange(steps: readonly Step[], names: readonly string[]): boolean {
  const written = JSON.stringify(steps);
  return names.some((name) => written.replaceAll(`\${${name}}`, '').includes(name)) || /\["[^"]*\$\{/.test(written);
}

function indexNameOf(controller: string): string {
  return `__jm__${controller}__idx`;
}
