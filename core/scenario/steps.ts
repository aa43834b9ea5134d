/**
 * The steps of a flow after they were read and checked. Texts marked (template) may hold `${name}` and functions of JMeter
 * (`${__UUID()}`): they are filled in anew each time a user comes to them.
 */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { methods } from './methods.ts';

export * from './methods.ts';

/** What a response must hold, or must not (`not`), to count as a success. `subject` says where to look. */
export const containsAssertionSchema = z.strictObject({
  kind: z.literal('contains'),
  /** (template) All of them must hold. */
  contains: z.array(z.string()).min(1),
  subject: z.enum(['body', 'headers', 'http-code']),
  regexp: z.boolean(),
  not: z.boolean(),
  /** A response with an error status counts as a success when the assertion holds. */
  assumeSuccess: z.boolean(),
});

export const jsonpathAssertionSchema = z.strictObject({
  kind: z.literal('jsonpath'),
  /** (template) */
  jsonpath: z.string(),
  /** (template) What a value found must be, or match when `regexp`; null: being found is enough. */
  expectedValue: z.string().nullable(),
  regexp: z.boolean(),
  /** The value must be null. */
  expectNull: z.boolean(),
  invert: z.boolean(),
});

export const xpathAssertionSchema = z.strictObject({
  kind: z.literal('xpath'),
  /** (template) */
  xpath: z.string(),
  ignoreWhitespace: z.boolean(),
  /** HTML and broken XML are read as well as can be. */
  tolerant: z.boolean(),
  invert: z.boolean(),
});

export const assertionSchema = z.discriminatedUnion('kind', [
  containsAssertionSchema,
  jsonpathAssertionSchema,
  xpathAssertionSchema,
]);
export type Assertion = z.infer<typeof assertionSchema>;
export type ContainsAssertion = z.infer<typeof containsAssertionSchema>;
export type JsonpathAssertion = z.infer<typeof jsonpathAssertionSchema>;
export type XpathAssertion = z.infer<typeof xpathAssertionSchema>;

/** What all extractors have: where the value goes, and what it is when nothing is found. */
const extractorBase = {
  variable: z.string().min(1),
  /** (template) */
  defaultValue: z.string(),
  /** 1: the first match; 0: any, chosen at random; -1: all, as `variable_1`, `variable_2`, ... and `variable_matchNr`. */
  matchNo: z.int().min(-1),
  /** main: the response; children: those of embedded resources; all: both. variable: the text of `fromVariable`. */
  scope: z.enum(['main', 'children', 'all', 'variable']),
  /** Null unless `scope` is variable. */
  fromVariable: z.string().nullable(),
};

/** Takes a piece of a response for later requests. */
export const extractorSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('regexp'),
    ...extractorBase,
    /** (template) */
    regexp: z.string(),
    /** `$1$`: first group, `$0$`: all that matched, with text around them. */
    template: z.string(),
    subject: z.enum(['body', 'headers', 'http-code', 'url']),
  }),
  z.strictObject({
    kind: z.literal('jsonpath'),
    ...extractorBase,
    /** (template) */
    jsonpath: z.string(),
    /** All matches joined by commas also become `variable_ALL`. */
    concat: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('css'),
    ...extractorBase,
    /** (template) */
    expression: z.string(),
    /** Null: the element's text. */
    attribute: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('xpath'),
    ...extractorBase,
    /** (template) */
    xpath: z.string(),
    ignoreWhitespace: z.boolean(),
    tolerant: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('boundary'),
    ...extractorBase,
    /** (template) */
    left: z.string(),
    /** (template) */
    right: z.string(),
    subject: z.enum(['body', 'headers', 'http-code', 'url']),
  }),
]);
export type Extractor = z.infer<typeof extractorSchema>;

/** Names and values (templates), percent-encoded after they were filled in. */
const parametersSchema = z.array(z.tuple([z.string(), z.string()]));

/** A request's body. Paths of files lie below `files/` of the run folder. */
export const bodySchema = z.discriminatedUnion('kind', [
  /** (template) */
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  /** Sent as it is. */
  z.strictObject({ kind: z.literal('file'), path: z.string() }),
  z.strictObject({ kind: z.literal('form'), parameters: parametersSchema }),
  z.strictObject({
    kind: z.literal('multipart'),
    parameters: parametersSchema,
    files: z.array(z.strictObject({ parameter: z.string(), path: z.string(), mediaType: z.string() })).min(1),
  }),
]);
export type Body = z.infer<typeof bodySchema>;

/** A pause whose length is drawn each time; one that would be negative is taken as positive, as JMeter does. */
export const thinkTimeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), seconds: z.number().min(0) }),
  z.strictObject({ kind: z.literal('uniform'), meanSeconds: z.number().min(0), rangeSeconds: z.number().min(0) }),
  z.strictObject({ kind: z.literal('gaussian'), meanSeconds: z.number().min(0), deviationSeconds: z.number().min(0) }),
  z.strictObject({ kind: z.literal('poisson'), lambdaSeconds: z.number().min(0), offsetSeconds: z.number().min(0) }),
]);
export type ThinkTime = z.infer<typeof thinkTimeSchema>;

export const requestStepSchema = z.strictObject({
  kind: z.literal('request'),
  /** (template) */
  label: z.string().min(1),
  method: z.enum(methods),
  /** (template) Absolute, or relative to the flow's `defaultAddress`. */
  url: z.string().min(1),
  /** Form parameters of a request without a body, appended to the url. */
  query: parametersSchema.default([]),
  /** (templates) In the order of the file; the flow's headers are already merged in (a request's own win, whatever their case). */
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: bodySchema.nullable(),
  /** How texts of the body become bytes. */
  contentEncoding: z.string().nullable().default(null),
  /** Waited before the request, as JMeter's timers do. */
  thinkTime: thinkTimeSchema,
  timeoutSeconds: z.number().positive(),
  followRedirects: z.boolean(),
  /** Keep the connection for the user's next request. */
  keepAlive: z.boolean(),
  randomSourceIp: z.boolean().default(false),
  assertions: z.array(assertionSchema),
  extractors: z.array(extractorSchema),
});
export type RequestStep = z.infer<typeof requestStepSchema>;

export interface IfStep {
  kind: 'if';
  /** (template) A condition, as JMeter's If Controller takes it. */
  condition: string;
  then: Step[];
  else: Step[];
}

export interface LoopStep {
  kind: 'loop';
  /** (template) A count; null: forever. */
  times: string | null;
  steps: Step[];
}

export interface WhileStep {
  kind: 'while';
  /** (template) */
  condition: string;
  steps: Step[];
}

export interface ForeachStep {
  kind: 'foreach';
  /** Walks `collection_1`, `collection_2`, ... as `variable`. */
  collection: string;
  variable: string;
  steps: Step[];
}

/** Walked in a user's first iteration only. Directly in a loop it is walked again when that begins anew, unless it `staysDone`. */
export interface OnceStep {
  kind: 'once';
  /** It stands directly in a scenario that was included there. */
  staysDone?: boolean | undefined;
  steps: Step[];
}

export interface TransactionStep {
  kind: 'transaction';
  /** (template) */
  label: string;
  /** The requests in it are not counted as samples of their own. */
  isParent: boolean;
  /** Think-times count into its duration. */
  includesThinkTime: boolean;
  steps: Step[];
}

export interface ActionStep {
  kind: 'action';
  /** stop: the user ends; stop-now: without waiting for what is under way; continue: on to the next iteration. */
  action: 'pause' | 'stop' | 'stop-now' | 'continue';
  target: 'current-thread' | 'all-threads';
  pauseSeconds: number;
}

export interface SetVariablesStep {
  kind: 'set-variables';
  /** Names and values (templates). */
  variables: [string, string][];
}

/** A step of a flow. */
export type Step =
  | RequestStep
  | IfStep
  | LoopStep
  | WhileStep
  | ForeachStep
  | OnceStep
  | TransactionStep
  | ActionStep
  | SetVariablesStep;

const nestedSteps = z.lazy(() => z.array(stepSchema).max(limits.requestsPerFlowMax));

/** With a name, since the description of the API cannot be infinitely deep. */
export const stepSchema: z.ZodType<Step> = z
  .discriminatedUnion('kind', [
    requestStepSchema,
    // biome-ignore lint/suspicious/noThenProperty: Taurus' name for it; nothing awaits steps.
    z.strictObject({ kind: z.literal('if'), condition: z.string(), then: nestedSteps, else: nestedSteps }),
    z.strictObject({ kind: z.literal('loop'), times: z.string().nullable(), steps: nestedSteps }),
    z.strictObject({ kind: z.literal('while'), condition: z.string(), steps: nestedSteps }),
    z.strictObject({ kind: z.literal('foreach'), collection: z.string(), variable: z.string(), steps: nestedSteps }),
    z.strictObject({ kind: z.literal('once'), staysDone: z.boolean().optional(), steps: nestedSteps }),
    z.strictObject({
      kind: z.literal('transaction'),
      label: z.string().min(1),
      isParent: z.boolean(),
      includesThinkTime: z.boolean(),
      steps: nestedSteps,
    }),
    z.strictObject({
      kind: z.literal('action'),
      action: z.enum(['pause', 'stop', 'stop-now', 'continue']),
      target: z.enum(['current-thread', 'all-threads']),
      pauseSeconds: z.number().min(0),
    }),
    z.strictObject({ kind: z.literal('set-variables'), variables: z.array(z.tuple([z.string(), z.string()])) }),
  ])
  .meta({ id: 'Step' });
