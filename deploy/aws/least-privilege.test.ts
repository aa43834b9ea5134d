/**
 * Each Lambda's role in the synthesised templates allows what its bundle can ask of AWS, and nothing else. What a bundle can ask: the commands of the SDK that
 * our modules in it send, by esbuild's account of what is in there.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLambdas, type LambdaBundle } from '../../scripts/build-lambdas.ts';
import { type LambdaName, lambdaFunctions } from '../../server/adapters/aws/layout/functions.ts';
import { actionsOf, implied, neverCalled, ofEveryFunction } from './fixtures/asked-of-aws.ts';
import { roleOf, statementsIn } from './fixtures/role-rights.ts';
import { permissions } from './permissions.ts';
import { wildcardsOf } from './resource-arns.ts';
import { type SynthesisedStack, synthesise } from './synthesis.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'loadstar-templates-'));
const START_MS_MAX = 300_000;
const names = Object.keys(lambdaFunctions) as LambdaName[];

let stacks: SynthesisedStack[];
let bundles: LambdaBundle[];

beforeAll(async () => {
  bundles = await buildLambdas();
  ({ stacks } = await synthesise({ mainRegion: 'eu-west-1', adminEmail: 'ada@example.com' }, { outdir: folder }));
}, START_MS_MAX);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Names of the commands that our own modules in the bundle make. */
function commandsIn(name: LambdaName): Set<string> {
  const bundle = bundles.find(({ entry }) => entry === lambdaFunctions[name].entry);
  const { outputs } = JSON.parse(readFileSync(bundle?.metafilePath ?? '', 'utf8')) as {
    outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
  };
  const modules = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && !path.includes('node_modules'))
    .map(([path]) => path);
  expect(modules).toContain(`server/main/aws/${lambdaFunctions[name].entry}.ts`);
  const found = new Set<string>();
  for (const path of new Set(modules)) {
    const source = readFileSync(join(root, path), 'utf8');
    if (!source.includes('@aws-sdk/')) continue;
    // Whatever else may ask AWS for something would be missed: then this test must learn it.
    expect(source, path).not.toMatch(/\bpaginate[A-Z]|\bwaitUntil[A-Z]|from '@aws-sdk\/lib-storage'/);
    for (const [, command = ''] of source.matchAll(/new (\w+Command)\(/g)) found.add(command);
  }
  return found;
}

/** Of the function's role. */
function statementsOf(name: LambdaName): ReturnType<typeof statementsIn> {
  const { purpose, stack: kind } = lambdaFunctions[name];
  const stack = stacks.find(({ id }) => id.includes('tasks') === (kind === 'region'));
  if (stack === undefined) throw new Error(`There is no stack with ${name}.`);
  const { template } = stack;
  const [functionId = ''] =
    Object.entries(template.Resources).find(
      ([, { Properties, Type }]) => Type === 'AWS::Lambda::Function' && Properties?.Description === purpose,
    ) ?? [];
  const [, { Properties }] = roleOf(template, functionId);
  // All that it may do stands in policies of its own.
  expect([Properties?.ManagedPolicyArns, Properties?.Policies]).toEqual([undefined, undefined]);
  return statementsIn(template, functionId);
}

const listOf = (actions: string | string[]) => [actions].flat();

describe.each(names)('the role of %s', (name) => {
  const byService = () => permissions[name].filter((each) => each.byService === true).flatMap(({ actions }) => actions);

  it('allows what its bundle can ask, and nothing else', () => {
    const commands = commandsIn(name);
    const uncalled = neverCalled[name];
    for (const command of Object.keys(uncalled))
      expect([...commands], `${command} is not in there (any more)`).toContain(command);
    const called = [...commands].filter((command) => !Object.hasOwn(uncalled, command));
    const asked = new Set([...called.flatMap(actionsOf), ...byService()]);
    for (const action of [...asked]) for (const more of implied[action] ?? []) asked.add(more);
    const allowed = new Set(statementsOf(name).flatMap(({ Action }) => listOf(Action)));
    for (const action of ofEveryFunction) allowed.delete(action);
    expect([...allowed].sort()).toEqual([...asked].sort());
  });

  it('names its resources, but where there is a reason', () => {
    for (const { Action, Effect, Resource } of statementsOf(name)) {
      expect(Effect).toBe('Allow');
      const actions = listOf(Action);
      expect(actions.join(' ')).not.toContain('*');
      if (!JSON.stringify(Resource).includes('*') || actions.every((action) => ofEveryFunction.includes(action)))
        continue;
      const rows = permissions[name].filter((row) => row.actions.some((action) => actions.includes(action)));
      const reasons = rows
        .flatMap(({ on }) => on)
        .map(wildcardsOf)
        .filter((reason) => reason !== null);
      expect(reasons, `${actions.join(', ')} on ${JSON.stringify(Resource)}`).not.toEqual([]);
    }
  });
});
