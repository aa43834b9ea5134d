/** What a scenario of Taurus says for all its requests, while they are read. */
import type { Problems } from '../input/problems.ts';
import type { TaurusMapping } from '../input/value.ts';
import type { FlowTexts } from './flow-texts.ts';
import type { Base } from './read-address.ts';
import type { Headers } from './read-headers.ts';
import type { ThinkTime } from './scenario.ts';

export interface FlowScope {
  /** One for a flow, with all that it includes. */
  walk: FlowWalk;
  base: Base;
  /** Sent with each request: those of the flow, also in what it includes. */
  headers: Headers;
  /** The scenario's own: they decide what a body becomes, even where they are not sent. */
  ownHeaders: Headers;
  timeoutSeconds: number;
  thinkTime: ThinkTime;
  followRedirects: boolean;
  keepAlive: boolean;
  randomSourceIp: boolean;
  contentEncoding: string | null;
  forceParentSample: boolean;
}

/** What stays the same however deep in blocks and includes a step stands. */
export interface FlowWalk {
  texts: FlowTexts;
  problems: Problems;
  /** All of the file, by their names. */
  scenarios: TaurusMapping;
  /** Reads an included scenario, and adds what it brings along to the flow. */
  include(name: string, place: Place): FlowScope | null;
  /** Steps and includes so far. */
  count: number;
}

/** Where a step stands. */
export interface Place {
  path: readonly (string | number)[];
  /** Blocks around it, of included scenarios too. */
  depth: number;
  /** Names of the scenarios around it: those that include, then the one that is included. */
  names: readonly string[];
  /** Each iteration comes here exactly once. */
  isAlwaysWalked: boolean;
}
