/** Tries flows one after the other, and tells what happens as lines. Whatever is wrong with one of them is told, and the next one is tried. */
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Flow } from '../../core/scenario/scenario.ts';
import { maskOf } from '../../core/secrets/secret-mask.ts';
import { TargetRules } from '../../core/targets/target-rules.ts';
import type { TrialOrder, TrialOutput } from '../../core/trial/trial-lines.ts';
import { workerVersion } from '../host.ts';
import { messageOf } from '../log.ts';
import { type CompiledFlow, compileFlow } from '../native/compile/compile-flow.ts';
import { openFlow } from '../native/compile/open-flow.ts';
import { openOrigins } from '../native/protocols/http1/origins.ts';
import { Recorder } from '../native/recording/recorder.ts';
import { ToldSteps } from './told-steps.ts';
import { type TrialEnd, TrialUser } from './trial-user.ts';

export interface TryContext {
  readFile(path: string): Promise<Uint8Array>;
  tell(output: TrialOutput): void;
  /** Aborted when the time is over. */
  signal: AbortSignal;
}

export async function tryFlows({ flows, secrets, targets }: TrialOrder, context: TryContext): Promise<void> {
  const around = { rules: new TargetRules(targets.allow), secrets: new Map(Object.entries(secrets)) };
  const told = new ToldSteps(context.tell);
  for (const flow of flows) {
    context.tell({ kind: 'flow', flow: flow.name });
    const problem = (message: string): void =>
      context.tell({ kind: 'problem', path: `scenarios.${flow.name}`, message });
    if (context.signal.aborted) {
      problem(words.over);
      continue;
    }
    try {
      const end = await tryFlow(flow, around, told, context);
      if (end !== 'done') problem(words[end]);
    } catch (error) {
      tellError(error, problem, context.tell);
    }
  }
  context.tell({ kind: 'end' });
}

const words: Readonly<Record<Exclude<TrialEnd, 'done'>, string>> = {
  over: `was not walked to its end: a try takes at most ${limits.trialSecondsMax} s`,
  'too-many-requests': `was not walked to its end: a try sends at most ${limits.trialRequestsMax} requests`,
  'no-requests': 'was not walked to its end: it goes around and around without a request or a pause',
};

/** What all flows of an order have in common. */
interface Around {
  rules: TargetRules;
  secrets: ReadonlyMap<string, string>;
}

async function tryFlow(
  flow: Flow,
  { rules, secrets }: Around,
  told: ToldSteps,
  context: TryContext,
): Promise<TrialEnd> {
  const { readFile, signal, tell } = context;
  const recorder = new Recorder(() => {});
  const opened = await openFlow(flow, { secrets, readFile, rowsOf: (count) => ({ count, row: (i) => i }) });
  const origins = await openOrigins(flow, rules, readFile);
  const userAgent = `loadstar/${workerVersion()}`;
  const recordOf = (label: string) => recorder.recordOf(label);
  const compiled: CompiledFlow = await compileFlow(opened, { origins, userAgent, recordOf, readFile });
  const user = new TrialUser({
    flow: compiled,
    mask: maskOf(secrets.values()) ?? ((text) => text),
    recorder,
    requestsMax: limits.trialRequestsMax - told.count,
    signal,
    onStep: (step) => told.add(step),
    onNote: (message) => tell({ kind: 'log', level: 'info', message: `${flow.name}: ${message}` }),
  });
  return user.walk();
}

/** A scenario that cannot be compiled is its author's to mend; all else is told as it is. */
function tellError(error: unknown, problem: (message: string) => void, tell: TryContext['tell']): void {
  if (!(error instanceof LoadstarError) || error.fields.length === 0) problem(messageOf(error));
  else for (const { path, message } of error.fields) tell({ kind: 'problem', path, message });
}
