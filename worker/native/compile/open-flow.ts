/** A flow, opened: its data sources are read, and it is known which texts of it change. */
import { compileTemplate, type TemplateScope } from '../../../core/language/template.ts';
import type { RowPart } from '../../../core/plan/rows.ts';
import type { DataSource, Flow } from '../../../core/scenario/scenario.ts';
import { walkSteps } from '../../../core/scenario/walk-steps.ts';
import { SECRET_PREFIX } from '../../../core/secrets/secret-name.ts';
import { openDataSource } from '../data/row-source.ts';
import type { FlowState } from '../load/flow-state.ts';
import { UserScope } from '../load/user-scope.ts';
import { at, changingNames, FlowTexts } from './texts.ts';

export interface OpenedFlow {
  flow: Flow;
  /** Where it stands in the scenario file. */
  path: string;
  state: FlowState;
  texts: FlowTexts;
}

/** What opening a flow needs from around. */
export interface OpenContext {
  readFile(path: string): Promise<Uint8Array>;
  /** Which of a data source's rows are for the users of this task. */
  rowsOf(rowCount: number, source: DataSource): RowPart;
  /** Values by name: variables of every user. */
  secrets: ReadonlyMap<string, string>;
}

/** Throws `scenario_invalid`, or what `readFile` throws. */
export async function openFlow(flow: Flow, context: OpenContext): Promise<OpenedFlow> {
  const path = `scenarios.${flow.name}`;
  const state = await startState(flow, path, context);
  const columns = state.rows.flatMap(({ names }) => names);
  const texts = new FlowTexts(state.variables, changingNames(flow, columns), new UserScope(0, state));
  return { flow, path, state, texts };
}

/** Those labels of its samples that do not change. */
export function labelsOf({ flow, path, texts }: OpenedFlow): string[] {
  return [...walkSteps(flow.steps)].flatMap(({ step }) => {
    const label = 'label' in step ? texts.compile(step.label, `${path}.requests`).constant : null;
    return label === null ? [] : [label];
  });
}

/** What the users of the flow share. The values of variables are filled in once, as JMeter does when it starts. */
async function startState(flow: Flow, path: string, { readFile, rowsOf, secrets }: OpenContext): Promise<FlowState> {
  const secretVariables = new Map([...secrets].map(([name, value]) => [SECRET_PREFIX + name, value]));
  const variables = new Map<string, string>([...startVariables(new Date()), ...secretVariables]);
  const state: FlowState = {
    name: flow.name,
    variables,
    properties: new Map(Object.entries(flow.properties)),
    env: { ...process.env, ...flow.env } as Record<string, string>,
    counters: new Map(),
    rows: [],
    users: new Set(),
  };
  const nobody: TemplateScope = {
    get: (name) => secretVariables.get(name),
    set: () => {},
    remove: () => {},
    context: new UserScope(0, state),
  };
  for (const [name, value] of Object.entries(flow.variables)) {
    variables.set(name, at(`${path}.variables.${name}`, () => compileTemplate(value)).fill(nobody));
  }
  for (const [index, source] of flow.dataSources.entries()) {
    const file = await readFile(source.path);
    const open = () => openDataSource(source, file, (rowCount) => rowsOf(rowCount, source));
    state.rows.push(at(`${path}.data-sources[${index}]`, open));
  }
  return state;
}

/** What JMeter sets when it starts. */
function startVariables(now: Date): [string, string][] {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const ms = String(now.getTime());
  return [
    ['START.MS', ms],
    ['START.YMD', day],
    ['START.HMS', time],
    ['TESTSTART.MS', ms],
  ];
}
