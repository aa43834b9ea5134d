/** An entry of Taurus' `scenarios`: the flow that users walk. */
import { notSupported, readMapping } from '../input/keywords.ts';
import { type Path, type Problems, pathText } from '../input/problems.ts';
import { isMapping, type TaurusMapping, type TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import type { FlowWalk, Place } from './flow-scope.ts';
import { FlowTexts } from './flow-texts.ts';
import { includeScenario } from './include-scenario.ts';
import { readDataSources } from './read-data-sources.ts';
import { readFlowScope } from './read-flow-scope.ts';
import { readHttpSettings } from './read-http-settings.ts';
import { readSentText } from './read-sent-text.ts';
import { readSteps } from './read-steps.ts';
import { checkKeystoreConfig } from './read-tls.ts';
import type { Flow, TlsSettings } from './scenario.ts';
import { flowKeywords } from './taurus-schema.ts';

/** What the rest of the file says for all flows. */
export interface FileDefaults {
  /** All scenarios of the file, by their names. */
  scenarios: TaurusMapping;
  /** Of `modules.jmeter`; a scenario's own win. */
  properties: Readonly<Record<string, string>>;
  env: Readonly<Record<string, string>>;
  tls: TlsSettings;
}

/** Null when there is nothing to walk; all that is wrong is in `problems`. `onInclude` is told the scenarios that it includes. */
export function readFlow(
  name: string,
  value: TaurusValue,
  defaults: FileDefaults,
  path: Path,
  problems: Problems,
  onInclude: (name: string) => void,
): Flow | null {
  const read = readMapping(value, flowKeywords, path, problems);
  if (read === null) return null;
  const variables = readVariables(read.variables ?? {}, [...path, 'variables'], problems);
  const texts = new FlowTexts(variables, problems);
  for (const [variable, text] of Object.entries(variables)) checkValue(variable, text, texts, path, problems);
  if (read.protocol !== undefined && read.protocol !== 'http')
    problems.add([...path, 'protocol'], notSupported('write http'));
  const http = readHttpSettings(read, texts, path, problems);
  const dataSources = readDataSources(read['data-sources'] ?? [], texts, [...path, 'data-sources'], problems);
  if (read['keystore-config'] !== undefined)
    checkKeystoreConfig(read['keystore-config'], defaults.tls.client, [...path, 'keystore-config'], problems);
  const flow: Flow = {
    name,
    defaultAddress: null,
    variables,
    properties: { ...defaults.properties, ...readProperties(read.properties ?? {}, [...path, 'properties'], problems) },
    env: { ...defaults.env },
    dataSources,
    http,
    tls: defaults.tls,
    steps: [],
  };
  const walk: FlowWalk = {
    texts,
    problems,
    scenarios: defaults.scenarios,
    count: 0,
    include: (included, place) => {
      onInclude(included);
      return includeScenario(included, place, flow, scope);
    },
  };
  const scope = readFlowScope(read, walk, null, path);
  flow.defaultAddress = scope.base.defaultAddress;
  const requests = read.requests ?? [];
  const isScript = isMapping(value) && Object.hasOwn(value, 'script');
  if (requests.length === 0 && !isScript)
    problems.add([...path, 'requests'], 'is missing or empty: there is nothing to request');
  if (requests.length > limits.requestsPerFlowMax) {
    problems.add([...path, 'requests'], `${requests.length} requests are more than ${limits.requestsPerFlowMax}`);
    return null;
  }
  const place: Place = { path: [...path, 'requests'], depth: 0, names: [name], isAlwaysWalked: true };
  flow.steps = readSteps(requests, scope, place);
  texts.finish();
  return flow.steps.length === 0 ? null : flow;
}

function readVariables(mapping: TaurusMapping, path: Path, problems: Problems): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(mapping)) {
    const at = [...path, name];
    if (!/^[A-Za-z_][\w.-]*$/.test(name) || name.startsWith('__')) {
      problems.add(at, 'is not a name for a variable: a letter, then letters, digits, _ . and - are expected');
      continue;
    }
    // A wrong one counts as known all the same, so that its uses are not reported too.
    variables[name] = readSentText(value, at, problems) ?? '';
  }
  return variables;
}

/** Functions in it are called once, before there are users; there are no other variables yet. */
function checkValue(name: string, text: string, texts: FlowTexts, path: Path, problems: Problems): void {
  const at = [...path, 'variables', name];
  if (!texts.check(text, at) || !/\$\{(?!__)[^}]+\}/.test(text)) return;
  problems.warn(
    `${pathText(at)}: a variable cannot be made of another, as in Taurus: \${...} in it is sent as it is written`,
  );
}

/** A flow's properties, or those of `modules.jmeter`. */
export function readProperties(mapping: TaurusMapping, path: Path, problems: Problems): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const [name, value] of Object.entries(mapping)) {
    if (value === null) continue;
    const text = readSentText(value, [...path, name], problems);
    if (text !== null && name !== '__proto__') properties[name] = text;
  }
  return properties;
}
