/** A flow, compiled: all that can be known before the load starts is worked out once, for all users. */
import { compileTemplate, type Template, type TemplateScope } from '../../../core/language/template.ts';
import type { HttpSettings, Step } from '../../../core/scenario/scenario.ts';
import type { FlowState } from '../load/flow-state.ts';
import type { Origins } from '../protocols/http1/origins.ts';
import { finderFor } from '../protocols/http1/resources/resource-finder.ts';
import type { LabelRecord } from '../recording/label-record.ts';
import { type CompiledRequest, compileRequestStep, type RequestContext } from './compile-request-step.ts';
import { compileSteps } from './compile-steps.ts';
import type { OpenedFlow } from './open-flow.ts';
import type { Program } from './program.ts';
import { at } from './texts.ts';

/** A flow as the users of one execution walk it. */
export interface CompiledFlow {
  program: Program;
  state: FlowState;
  origins: Origins;
  http: HttpSettings;
  /** Fills in a template of the settings. */
  fill(text: string, scope: TemplateScope): string;
}

/** What compiling needs from around. */
export interface CompileContext {
  origins: Origins;
  userAgent: string;
  /** Where the samples of a label are counted. */
  recordOf(label: string): LabelRecord;
  readFile(path: string): Promise<Uint8Array>;
}

/** Throws `scenario_invalid`, or what `readFile` throws. */
export async function compileFlow(
  { flow, path, state, texts }: OpenedFlow,
  context: CompileContext,
): Promise<CompiledFlow> {
  const requestsPath = `${path}.requests`;
  const requests = new Map<Step, CompiledRequest>();
  const requestContext: RequestContext = { ...context, texts, defaultAddress: flow.defaultAddress };
  for (const place of requestPlaces(flow.steps, requestsPath, false)) {
    requests.set(place.step, await compileRequestStep(place.step, place, requestContext));
  }
  const program = compileSteps(flow.steps, requestsPath, {
    texts,
    requests,
    recordOf: context.recordOf,
    readsLoopIndexes: JSON.stringify(flow.steps).includes('__jm__'),
    flowName: flow.name,
  });
  // What it loads is not to be loaded when the first user begins.
  finderFor(flow.http);
  return { program, state, origins: context.origins, http: flow.http, fill: settingsFiller(flow.http, path) };
}

interface RequestPlace {
  step: Step & { kind: 'request' };
  path: string;
  isAbsorbed: boolean;
}

/** All requests, with whether a transaction around them takes their samples in. */
function* requestPlaces(steps: readonly Step[], path: string, isAbsorbed: boolean): Generator<RequestPlace> {
  for (const [index, step] of steps.entries()) {
    const stepPath = `${path}[${index}]`;
    if (step.kind === 'request') yield { step, path: stepPath, isAbsorbed };
    else if (step.kind === 'if') {
      yield* requestPlaces(step.then, `${stepPath}.then`, isAbsorbed);
      yield* requestPlaces(step.else, `${stepPath}.else`, isAbsorbed);
    } else if ('steps' in step) {
      const absorbs = isAbsorbed || (step.kind === 'transaction' && step.isParent);
      yield* requestPlaces(step.steps, `${stepPath}.${step.kind === 'once' ? 'once' : 'do'}`, absorbs);
    }
  }
}

/** The templates of the settings are few, and each is compiled once. Throws `scenario_invalid`. */
function settingsFiller({ authorizations, cookies }: HttpSettings, path: string): CompiledFlow['fill'] {
  const templates = new Map<string, Template>();
  const compile = (text: string): Template => {
    const template = templates.get(text) ?? at(path, () => compileTemplate(text));
    templates.set(text, template);
    return template;
  };
  for (const { name, value, domain, path: cookiePath } of cookies)
    for (const text of [name, value, domain, cookiePath]) compile(text);
  for (const { url, realm, name, password } of authorizations)
    for (const text of [url, realm, name, password]) compile(text);
  return (text, scope) => compile(text).fill(scope);
}
