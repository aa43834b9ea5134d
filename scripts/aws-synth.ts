/**
 * `npm run aws:synth [-- VARIANT...]`: bundles the Lambdas, builds the console, makes the templates of every variant of the deployment and checks them
 * with the rules of cdk-nag and with cfn-lint. It needs neither an account nor Docker. Templates lie in `cdk.out/<variant>/` afterwards.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { lintArguments, type Synthesis, synthesise } from '../deploy/aws/synthesis.ts';
import { variants } from '../deploy/aws/variants.ts';
import { toolNamed } from '../tools/tools.ts';
import { buildConsole } from './build-console.ts';
import { buildLambdas } from './build-lambdas.ts';

const root = join(import.meta.dirname, '..');

function show(name: string, { stacks }: Synthesis): number {
  for (const { findings, id, template } of stacks) {
    const resources = Object.keys(template.Resources).length;
    const kilobytes = Math.ceil(JSON.stringify(template).length / 1000);
    console.log(`${name}: ${id}: ${resources} resources, ${kilobytes} kB, ${findings.length} findings of cdk-nag`);
    for (const finding of findings) console.log(`  ${finding}`);
  }
  return stacks.reduce((sum, { findings }) => sum + findings.length, 0);
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => variants[name] === undefined);
if (unknown.length > 0)
  throw new Error(`There is no variant ${unknown.join(', ')}; there are ${Object.keys(variants).join(', ')}.`);

/** True too where cfn-lint is not installed, which is said. */
function lint(templatePaths: readonly string[]): boolean {
  const program = toolNamed('cfn-lint').find();
  if (program === null) {
    console.log('cfn-lint is not installed (npm run tools): the templates were not looked at by it.');
    return true;
  }
  const { status } = spawnSync(program, lintArguments(templatePaths), { stdio: 'inherit' });
  console.log(status === 0 ? 'cfn-lint finds nothing.' : 'cfn-lint finds something.');
  return status === 0;
}

if (!buildConsole()) process.exit(1);
await buildLambdas();
let findings = 0;
const templatePaths: string[] = [];
for (const name of named.length > 0 ? named : Object.keys(variants)) {
  const input = variants[name];
  if (input === undefined) continue;
  const synthesis = await synthesise(input, { nag: true, outdir: join(root, 'cdk.out', name) });
  findings += show(name, synthesis);
  templatePaths.push(...synthesis.stacks.map(({ templatePath }) => templatePath));
}
process.exitCode = lint(templatePaths) && findings === 0 ? 0 : 1;
