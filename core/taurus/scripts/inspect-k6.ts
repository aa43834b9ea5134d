/** What a k6 script says of its load. */
import type { LoadCurve } from '../../plan/plan.ts';
import type { ScriptShape } from '../taurus-plan.ts';
import { type K6Load, k6Loads } from './k6/k6-load.ts';
import { allNodes, isNode, type Node, nodesIn, parseScript } from './k6/parse-script.ts';
import { type StaticValue, StaticValues, UNKNOWN } from './k6/static-values.ts';
import { factsOf, type ScriptFacts, unknownShape } from './script-facts.ts';
import { sumCurves } from './sum-curves.ts';

const COMPUTED = 'the options are known only while it runs';

/** `env`: what `__ENV` has. */
export function inspectK6(path: string, text: string, env: Readonly<Record<string, string>>): ScriptFacts {
  const parsed = parseScript(path, text);
  if (!('program' in parsed)) {
    const { line, message } = parsed;
    // What the newest TypeScript allows is known to k6 itself, which looks at the script before the run.
    if (/\.ts$/i.test(path))
      return factsOf({ shape: { ...unknownShape, parts: [`${COMPUTED} (line ${line}: ${message})`] } });
    return factsOf({ problems: [{ path: `${path}:${line}`, message: `is not JavaScript: ${message}` }] });
  }
  const values = new StaticValues(parsed.program, env);
  const loads = k6Loads(optionsOf(parsed.program, values));
  return factsOf({ shape: shapeOf(loads), dataFiles: dataFiles(path, parsed.program, values) });
}

/** Exported by name, or as scripts that are no modules do it. */
function optionsOf(program: Node, values: StaticValues): StaticValue {
  for (const node of nodesIn(program.body)) {
    if (node.type !== 'ExportNamedDeclaration') continue;
    const isDeclared =
      isNode(node.declaration) && nodesIn(node.declaration.declarations).some(({ id }) => nameOf(id) === 'options');
    if (isDeclared) return values.constant('options');
    const named = nodesIn(node.specifiers).find(({ exported }) => nameOf(exported) === 'options');
    if (named !== undefined) return isNode(node.source) ? UNKNOWN : values.of(named.local);
  }
  for (const { expression } of nodesIn(program.body)) {
    if (!isNode(expression) || expression.type !== 'AssignmentExpression' || !isNode(expression.left)) continue;
    const { object, property } = expression.left;
    if (
      nameOf(property) === 'options' &&
      isNode(object) &&
      (nameOf(object) === 'exports' || nameOf(object.property) === 'exports')
    ) {
      return values.of(expression.right);
    }
  }
  return undefined;
}

function nameOf(node: unknown): unknown {
  return isNode(node) ? node.name : undefined;
}

function shapeOf(loads: K6Load[] | null): ScriptShape {
  if (loads === null || loads.length === 0) return { ...unknownShape, parts: [COMPUTED] };
  const units = new Set(loads.map(({ unit }) => unit));
  const curves = loads.map(({ curve }) => curve);
  const users = loads.map(({ usersMax }) => usersMax);
  const seconds = loads.map((load) => load.seconds);
  const isTimed = seconds.every((each) => each !== null && each > 0);
  return {
    curve: units.size === 1 && !curves.includes(null) ? sumCurves(curves as LoadCurve[]) : null,
    unit: units.size === 1 ? (loads[0]?.unit ?? 'users') : 'users',
    durationSeconds: isTimed ? Math.max(...seconds.map((each) => each ?? 0)) : null,
    usersMax: users.includes(null) ? null : Math.ceil(users.reduce<number>((sum, each) => sum + (each ?? 0), 0)),
    parts: loads.slice(0, 100).map(({ name, words }) => `scenario ${name}: ${words}`),
  };
}

/** What is opened or imported by a fixed path, as a path in the scenario's folder; those outside of it as they are written. */
function dataFiles(path: string, program: Node, values: StaticValues): string[] {
  const files = new Set<string>();
  for (const node of allNodes(program)) {
    const isImport = [
      'ImportDeclaration',
      'ExportNamedDeclaration',
      'ExportAllDeclaration',
      'ImportExpression',
    ].includes(node.type);
    const isCall = node.type === 'CallExpression' && ['open', 'require'].includes(String(nameOf(node.callee)));
    if (!isImport && !isCall) continue;
    const written = values.of(isImport ? node.source : nodesIn(node.arguments)[0]);
    // Modules are called by a name, or by a URL.
    const isFile = typeof written === 'string' && (nameOf(node.callee) === 'open' || /^\.{0,2}\//.test(written));
    if (isFile) files.add(inFolder(path, written));
  }
  return [...files];
}

/** Relative to the script's folder, as k6 reads it. */
function inFolder(script: string, written: string): string {
  if (/^(\/|\w+:)/.test(written)) return written;
  const parts = script.split('/').slice(0, -1);
  for (const part of written.split('/')) {
    if (part === '..' && parts.length === 0) return written;
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
