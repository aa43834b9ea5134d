/** A request step, compiled. One that never changes is put together once; of any other, what does not change is. */
import type { TemplateScope } from '../../../core/language/template.ts';
import type { RequestStep, ThinkTime } from '../../../core/scenario/scenario.ts';
import { type Failure, failure } from '../failure.ts';
import type { CompiledAssertion } from '../language/compile-assertion.ts';
import { compileAssertion } from '../language/compile-assertion.ts';
import type { CompiledExtractor } from '../language/compile-extractor.ts';
import { compileExtractor } from '../language/compile-extractor.ts';
import { contentTypeOf } from '../protocols/http1/bodies/content-type.ts';
import type { Origins } from '../protocols/http1/origins.ts';
import { type Http1Request, type RequestNeeds, requestOf } from '../protocols/http1/request.ts';
import type { LabelRecord } from '../recording/label-record.ts';
import { type CompiledBody, compileBody } from './compile-body.ts';
import { compileHeaders } from './compile-headers.ts';
import { compileTarget } from './compile-target.ts';
import { RequestShapes } from './request-shapes.ts';
import type { FlowTexts, Text } from './texts.ts';

export interface CompiledRequest {
  /** What it was compiled from. */
  step: RequestStep;
  /** Filled in when the request is made: what that sets is known to it. */
  label: Text;
  /** The label, when it calls functions: as in JMeter it is filled in behind the address, too, and what they do is done twice. */
  callingLabel: Text | null;
  /** Where its samples are counted; null when the label changes, or when they are part of a transaction's sample. */
  record: LabelRecord | null;
  /** It is counted as part of the sample of the transaction around it. */
  isAbsorbed: boolean;
  /** What examples of errors say before the url. */
  method: string;
  /** The url as the scenario has it. */
  url: string;
  /** What is always sent; null when it changes. */
  fixed: Http1Request | null;
  /** What is sent now, or why it cannot be. */
  make(scope: TemplateScope): Http1Request | Failure;
  assertions: readonly CompiledAssertion[];
  extractors: readonly CompiledExtractor[];
  /** Null: none. */
  thinkTime: ThinkTime | null;
  timeoutMs: number;
}

/** What compiling requests needs from around. */
export interface RequestContext {
  texts: FlowTexts;
  defaultAddress: string | null;
  origins: Origins;
  userAgent: string;
  recordOf(label: string): LabelRecord;
  readFile(path: string): Promise<Uint8Array>;
}

/** Throws `scenario_invalid` with the path, or what `readFile` throws. */
export async function compileRequestStep(
  step: RequestStep,
  place: { path: string; isAbsorbed: boolean },
  context: RequestContext,
): Promise<CompiledRequest> {
  const { path, isAbsorbed } = place;
  const { texts } = context;
  const assertions = step.assertions.map((assertion, index) => compileAssertion(assertion, `${path}.assert[${index}]`));
  const extractors = step.extractors.map((extractor, index) =>
    compileExtractor(extractor, `${path}.extract-${extractor.kind}[${index}]`),
  );
  const label = texts.compile(step.label, `${path}.label`);
  const body = await compileBody(step, path, context);
  const needs: RequestNeeds = {
    followsRedirects: step.followRedirects,
    needsHead: [...assertions, ...extractors].some(({ needsHead }) => needsHead),
    needsBody: [...assertions, ...extractors].some(({ needsBody }) => needsBody),
    needsChildren: step.extractors.some(({ scope }) => scope === 'children' || scope === 'all'),
  };
  const callingLabel = label.constant === null && step.label.includes('${__') ? label : null;
  const make = compileMake(step, { body, needs, callingLabel }, path, context);
  const request = make.isFixed ? make.make(make.scope) : null;
  const fixed = request !== null && !('type' in request) ? request : null;
  return {
    step,
    label,
    callingLabel,
    record: label.constant === null || isAbsorbed ? null : context.recordOf(label.constant),
    isAbsorbed,
    method: step.method,
    url: step.url,
    fixed,
    make: make.make,
    assertions,
    extractors,
    thinkTime: isNone(step.thinkTime) ? null : step.thinkTime,
    timeoutMs: step.timeoutSeconds * 1_000,
  };
}

const tooLong = failure('request', 'what was filled in is too long to be sent');

interface Make {
  make(scope: TemplateScope): Http1Request | Failure;
  /** It makes the same each time. */
  isFixed: boolean;
  scope: TemplateScope;
}

function compileMake(
  step: RequestStep,
  { body, needs, callingLabel }: { body: CompiledBody; needs: RequestNeeds; callingLabel: Text | null },
  path: string,
  { texts, defaultAddress, origins, userAgent }: RequestContext,
): Make {
  const target = compileTarget(step, defaultAddress, path, texts);
  const headers = compileHeaders(step.headers, path, texts);
  const { method, keepAlive, randomSourceIp } = step;
  const contentType = body.contentType ?? contentTypeOf(method, step.body, step.contentEncoding);
  const shapes = new RequestShapes(
    { method, keepAlive, randomSourceIp, userAgent, contentType },
    headers,
    needs,
    origins,
  );
  const noValues: readonly string[] = [];
  const fill = (scope: TemplateScope): Http1Request | Failure => {
    const found = target.fill(scope);
    callingLabel?.fill(scope);
    if ('type' in found) return found;
    const shape = shapes.of(found.origin, scope);
    if ('type' in shape) return shape;
    const values = headers.changes ? headers.values(scope) : noValues;
    if ('type' in values) return values;
    return requestOf(shape, found.target, values, body.fill(scope));
  };
  const make = (scope: TemplateScope): Http1Request | Failure => {
    try {
      return fill(scope);
    } catch (error) {
      // Longer than any string can be.
      if (error instanceof RangeError) return tooLong;
      throw error;
    }
  };
  const isFixed = target.isConstant && callingLabel === null && !headers.changes && body.isConstant;
  return { make, isFixed, scope: texts.scope };
}

function isNone(thinkTime: ThinkTime): boolean {
  return thinkTime.kind === 'constant' && thinkTime.seconds === 0;
}
