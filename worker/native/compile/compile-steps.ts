/** Turns the steps of a flow into instructions. */
import { compileCondition, compileLoopCondition } from '../../../core/language/condition.ts';
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
  #shortestTimeoutMs = Number.POSITIVE_INFINITY;

  constructor(context: StepsContext) {
    this.#context = context;
  }

  program(): Program {
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
        this.emit({ op: 'set', variables });
      }
    }
  }

  #addRequest(step: Step): void {
    const request = this.#context.requests.get(step)!;
    this.emit({ op: 'request', request });
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
    const counters = this.addAll(steps, stepsPath);
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
    once.push(...this.addAll(steps, `${path}.do`));
    this.emit({ op: 'again', place, to: body });
    loop.to = this.#here;
  }

  #addWhile({ condition, steps }: WhileStep, path: string): void {
    const place = this.#placeOf('While Controller', 1);
    const once: number[] = [];
    this.emit({ op: 'reset', place, once });
    const top = this.#here;
    const compiled = at(`${path}.while`, () => compileLoopCondition(condition));
    const test = this.emit({ op: 'while', place, condition: compiled, to: 0 });
    once.push(...this.addAll(steps, `${path}.do`));
    this.emit({ op: 'jump', to: top });
    test.to = this.#here;
  }

  #addForeach({ collection, variable, steps }: ForeachStep, path: string): void {
    const place = this.#placeOf('ForEach Controller', 1);
    // What is done once in it stays done, unlike in other loops.
    this.emit({ op: 'reset', place, once: [] });
    const top = this.#here;
    const next = this.emit({ op: 'foreach', place, collection, variable, to: 0 });
    this.addAll(steps, `${path}.do`);
    this.emit({ op: 'jump', to: top });
    next.to = this.#here;
  }

  #addOnce(steps: readonly Step[], path: string): number {
    const counter = this.#counters++;
    const once = this.emit({ op: 'once', counter, to: 0 });
    this.addAll(steps, `${path}.once`);
    once.to = this.#here;
    return counter;
  }

  #addTransaction({ label, isParent, includesThinkTime, steps }: TransactionStep, path: string): void {
    const text = this.#context.texts.compile(label, `${path}.transaction`);
    const isAbsorbed = isParent && this.#parents > 0;
    const record = text.constant === null || isAbsorbed ? null : this.#context.recordOf(text.constant);
    this.emit({ op: 'transaction', transaction: { label: text, record, isAbsorbed, isParent, includesThinkTime } });
    if (isParent) this.#parents++;
    this.addAll(steps, `${path}.do`);
    if (isParent) this.#parents--;
    this.emit({ op: 'transaction-end' });
  }

  #addAction({ action, pauseSeconds, target }: Step & { kind: 'action' }): void {
    if (action === 'pause') {
      this.emit({ op: 'pause', ms: pauseSeconds * 1_000 });
      if (pauseSeconds > 0) this.#waits = true;
    } else if (action === 'continue') this.emit({ op: 'continue' });
    else this.emit({ op: 'stop', isForAll: target === 'all-threads', isNow: action === 'stop-now' });
  }

  #placeOf(controller: string, counters: number): LoopPlace {
    const counter = this.#counters;
    this.#counters += counters;
    return { counter, indexName: this.#context.readsLoopIndexes ? indexNameOf(controller) : null };
  }
}

function indexNameOf(controller: string): string {
  return `__jm__${controller}__idx`;
}
