/**
 * What an included scenario brings along: Taurus puts its address, timeout and the like around its requests, while its headers,
 * variables and properties stay behind. Cookies, cache and embedded resources are a user's, so that they can only be as in the flow.
 */
import { readMapping } from '../input/keywords.ts';
import { pathText } from '../input/problems.ts';
import { limits } from '../limits.ts';
import type { FlowScope, Place } from './flow-scope.ts';
import { refusedForTaurus } from './needs-taurus.ts';
import { readDataSources } from './read-data-sources.ts';
import { readFlowScope } from './read-flow-scope.ts';
import { readHttpSettings } from './read-http-settings.ts';
import type { DataSource, Flow, HttpSettings } from './scenario.ts';
import { flowKeywords } from './taurus-schema.ts';

/** Adds data sources and authorization to `flow`. Null when it cannot be included; `place.path` is where it is. */
export function includeScenario(name: string, place: Place, flow: Flow, including: FlowScope): FlowScope | null {
  const { texts, problems, scenarios } = including.walk;
  const path = ['scenarios', name];
  const read = readMapping(scenarios[name] ?? null, flowKeywords, path, problems);
  if (read === null) return null;
  if (read.requests === undefined)
    problems.add([...path, 'requests'], 'is missing or empty: there is nothing to request');
  for (const keyword of ['headers', 'variables', 'properties', 'criteria'] as const) {
    if (read[keyword] !== undefined) {
      problems.warn(`${pathText([...path, keyword])}: has no effect where the scenario is included, as in Taurus`);
    }
  }
  const http = readHttpSettings(read, texts, path, problems);
  if (http.cookies.length > 0 && flow.http.storeCookies) {
    problems.warn(`${pathText([...path, 'cookies'])}: has no effect where the scenario is included, as in Taurus`);
  }
  checkSame(http, flow.http, place, including);
  const sources = readDataSources(read['data-sources'] ?? [], texts, [...path, 'data-sources'], problems);
  addDataSources(sources, place, flow, including);
  return readFlowScope(read, including.walk, including, path);
}

/** In Taurus the including scenario's win where it has any; where it has none, the included one's hold for its own requests only. */
function checkSame(included: HttpSettings, flow: HttpSettings, place: Place, { walk: { problems } }: FlowScope): void {
  const differs = (keyword: string, instead: string) =>
    problems.add(place.path, `${keyword} is not as in the including scenario: ${refusedForTaurus(instead)}`);
  if (included.storeCookies && !flow.storeCookies) differs('store-cookie', 'write store-cookie: false in both');
  if (included.storeCache && !flow.storeCache) differs('store-cache', 'write store-cache: false in both');
  if (included.resources !== null && flow.resources === null) {
    differs('retrieve-resources', 'write retrieve-resources: false in both');
  } else if (
    included.resources !== null &&
    flow.resources !== null &&
    (included.resources.poolSize !== flow.resources.poolSize ||
      (included.resources.pattern !== null && included.resources.pattern !== flow.resources.pattern))
  ) {
    differs('retrieve-resources-regex or concurrent-pool-size', 'write the same in both');
  }
  if (included.authorizations.length > 0 && flow.authorizations.length === 0) {
    differs('authorization', 'write it in the including scenario');
  }
}

/** Rows are taken when an iteration begins: that is right where each iteration comes by once. */
function addDataSources(
  sources: readonly DataSource[],
  place: Place,
  flow: Flow,
  { walk: { problems } }: FlowScope,
): void {
  if (sources.length === 0) return;
  const isAgain = sources.some((source) => flow.dataSources.some((other) => other.path === source.path));
  if (!place.isAlwaysWalked || isAgain) {
    problems.add(
      place.path,
      `data-sources of a scenario that is included ${isAgain ? 'twice' : 'in a block'}: ${refusedForTaurus('move them to the including scenario, which takes a row for each iteration')}`,
    );
    return;
  }
  if (flow.dataSources.length + sources.length > limits.dataSourcesPerFlowMax) {
    problems.add(place.path, `there are more than ${limits.dataSourcesPerFlowMax} data sources`);
    return;
  }
  flow.dataSources.push(...sources);
}
