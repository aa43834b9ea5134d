/**
 * `npm run aws:synth [-- VARIANT...]`: bundles the Lambdas, builds the console, makes the templates of every variant of the deployment and checks them
 * with the rules of cdk-nag. It needs neither an account nor Docker. Templates lie in `cdk.out/<variant>/` afterwards.
 */
import { join } from 'node:path';
import { type Synthesis, synthesise } from '../deploy/aws/synthesis.ts';
import { variants } from '../deploy/aws/variants.ts';
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

buildConsole();
await buildLambdas();
let findings = 0;
for (const name of named.length > 0 ? named : Object.keys(variants)) {
  const input = variants[name];
  if (input === undefined) continue;
  findings += show(name, await synthesise(input, { nag: true, outdir: join(root, 'cdk.out', name) }));
}
process.exitCode = findings === 0 ? 0 : 1;
