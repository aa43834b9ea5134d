import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** Loads a module and prints the packages that this took, as JSON. */
const listPackages = `
  import { registerHooks } from 'node:module';
  const packages = new Set();
  registerHooks({
    load(url, context, next) {
      const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? [];
      if (name !== undefined) packages.add(name);
      return next(url, context);
    },
  });
  await import(process.argv[1]);
  console.log(JSON.stringify([...packages]));
`;

it('loads no package that few flows need, nor what reads schemas: each thread of a task loads it anew', async () => {
  const program = join(import.meta.dirname, 'run-thread.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    listPackages,
    program,
  ]);
  expect(JSON.parse(stdout)).toEqual(['@noble/hashes']);
});
