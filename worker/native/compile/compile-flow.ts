/** A flow, compiled: all that can be known before the load starts is worked out once, for all users. */
import { LoadstarError } from '../../../core/errors.ts';
import type { Body, Flow, RequestStep, Step } from '../../../core/scenario/scenario.ts';
import { fillIn } from '../../../core/scenario/templates.ts';
import type { Origins } from '../protocols/http1/origins.ts';
import { compileRequest, type Http1Request } from '../protocols/http1/request.ts';
import type { LabelRecord } from '../recording/label-record.ts';
import { type CompiledAssertion, compileAssertion } from './compile-assertion.ts';

export interface CompiledFlow {
  name: string;
  steps: readonly CompiledStep[];
  origins: Origins;
}

/** A request step. More kinds of steps become members of a union here, as they do in the scenario. */
export interface CompiledStep {
  /** Where its samples are counted. */
  record: LabelRecord;
  request: Http1Request;
  /** What examples of errors name: method and url. */
  title: string;
  assertions: readonly CompiledAssertion[];
  thinkTimeMs: number;
  timeoutMs: number;
}

/** What compiling needs from around. */
export interface CompileContext {
  origins: Origins;
  userAgent: string;
  /** Where the samples of a label are counted. */
  recordOf(label: string): LabelRecord;
  readFile(path: string): Promise<Uint8Array>;
}

/** Control characters and what a byte cannot hold: they would break out of the request's line. */
const unsendable = /[^\t\x20-\x7e\x80-\xff]/;

/** Throws `scenario_invalid`, or what `readFile` throws. */
export async function compileFlow(flow: Flow, context: CompileContext): Promise<CompiledFlow> {
  const steps: CompiledStep[] = [];
  for (const [index, step] of flow.steps.entries()) {
    steps.push(await compileStep(flow, step, `scenarios.${flow.name}.requests[${index}]`, context));
  }
  return { name: flow.name, steps, origins: context.origins };
}

async function compileStep(flow: Flow, step: Step, path: string, context: CompileContext): Promise<CompiledStep> {
  switch (step.kind) {
    case 'request':
      return compileRequestStep(flow, step, path, context);
    default:
      throw invalid(path, `steps of kind ${step.kind} are not known`);
  }
}

async function compileRequestStep(
  flow: Flow,
  step: RequestStep,
  path: string,
  context: CompileContext,
): Promise<CompiledStep> {
  const fill = (text: string): string => fillIn(text, flow.variables);
  const url = urlOf(flow, fill(step.url), path);
  const assertions = step.assertions.map((assertion, index) =>
    compileAssertion(assertion, flow.variables, `${path}.assert[${index}]`),
  );
  const request = compileRequest(
    {
      method: step.method,
      url,
      headers: step.headers.map(([name, value]) => [name, headerValueOf(fill(value), `${path}.headers.${name}`)]),
      body: step.body === null ? null : await bodyOf(step.body, fill, context),
      keepAlive: step.keepAlive,
      randomSourceIp: step.randomSourceIp,
      userAgent: context.userAgent,
    },
    {
      followsRedirects: step.followRedirects,
      needsHead: assertions.some(({ subject }) => subject === 'headers'),
      needsBody: assertions.some(({ subject }) => subject === 'body'),
    },
    context.origins,
  );
  return {
    record: context.recordOf(fill(step.label)),
    request,
    title: `${step.method} ${url.href}`,
    assertions,
    thinkTimeMs: step.thinkTime.kind === 'constant' ? step.thinkTime.seconds * 1_000 : 0,
    timeoutMs: step.timeoutSeconds * 1_000,
  };
}

/** An absolute url stands for itself; any other is appended to the default address, as its path. */
function urlOf(flow: Flow, text: string, path: string): URL {
  const isAbsolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const base = fillIn(flow.defaultAddress ?? '', flow.variables).replace(/\/$/, '');
  const url = URL.parse(isAbsolute ? text : `${base}${/^[/?#]/.test(text) ? '' : '/'}${text}`);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalid(`${path}.url`, `${JSON.stringify(text)} is no http or https address`);
  }
  return url;
}

function headerValueOf(value: string, path: string): string {
  if (unsendable.test(value)) throw invalid(path, 'holds a character that a header cannot carry');
  return value;
}

async function bodyOf(body: Body, fill: (text: string) => string, context: CompileContext): Promise<Buffer> {
  if (body.kind === 'text') return Buffer.from(fill(body.text), 'utf8');
  if (body.kind === 'file') return Buffer.from(await context.readFile(body.path));
  throw new LoadstarError('scenario_invalid', `bodies of kind ${body.kind} are not known`);
}

function invalid(path: string, message: string): LoadstarError {
  return new LoadstarError('scenario_invalid', `${path}: ${message}`, { fields: [{ path, message }] });
}
