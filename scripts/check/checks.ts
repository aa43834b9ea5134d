/** The static checks of the project, each with a violation that it must catch (`planted`), so that a check that passes all is noticed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokenDocReferences } from './doc-references.ts';
import { runProgram } from './run-program.ts';

export interface CheckResult {
  ok: boolean;
  output: string;
}

export interface Check {
  name: string;
  run(root: string): Promise<CheckResult>;
  /** A file that breaks the rule: where it goes, what it holds, and what the check's output must then name. */
  planted: { path: string; content: string; mention: string }[];
}

/** Below this dependency-cruiser has not seen the tree: it passes happily on nothing. */
const MODULES_CRUISED_MIN = 60;
const codeFolders = ['core', 'worker', 'server', 'cli', 'practice-target', 'console/src', 'deploy/aws'];

/** A package's program, run by the Node that runs this (the ones in `.bin` would take whatever `node` is on the PATH). */
function packageProgram(root: string, path: string, args: string[]): Promise<CheckResult> {
  return runProgram(process.execPath, [join(root, 'node_modules', path), ...args], root);
}

async function checkBoundaries(root: string): Promise<CheckResult> {
  const result = await packageProgram(root, 'dependency-cruiser/bin/dependency-cruiser.mjs', [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err',
    ...codeFolders,
  ]);
  const cruised = Number(/(\d+) modules/.exec(result.output)?.[1] ?? 0);
  if (cruised >= MODULES_CRUISED_MIN) return result;
  return {
    ok: false,
    output: `${result.output}\nOnly ${cruised} modules were cruised, at least ${MODULES_CRUISED_MIN} were expected.`,
  };
}

export const checks: readonly Check[] = [
  {
    name: 'types of the console',
    run: (root) => packageProgram(root, 'typescript/bin/tsc', ['--project', 'console']),
    planted: [
      {
        path: 'console/src/planted.tsx',
        content: 'export const Planted = () => <p lang={1}>planted</p>;\n',
        mention: 'console/src/planted.tsx',
      },
    ],
  },
  {
    name: 'types',
    run: (root) => packageProgram(root, 'typescript/bin/tsc', ['--project', '.']),
    planted: [
      {
        path: 'core/planted.ts',
        content: "export const planted: number = 'not a number';\n",
        mention: 'core/planted.ts',
      },
    ],
  },
  {
    name: 'lint and format',
    run: (root) => packageProgram(root, '@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
    planted: [
      { path: 'core/planted.ts', content: 'export const planted: any = 1;\n', mention: 'noExplicitAny' },
      { path: 'core/planted.ts', content: 'export const planted = {a:1}\n', mention: 'format' },
    ],
  },
  {
    name: 'import boundaries',
    run: checkBoundaries,
    planted: [
      { path: 'core/planted.ts', content: "export { hostname } from 'node:os';\n", mention: 'core-without-node' },
      { path: 'core/planted.ts', content: "export * from '../worker/engine.ts';\n", mention: 'core-alone' },
      { path: 'worker/planted.ts', content: "export * from '../server/ports/driver.ts';\n", mention: 'worker-on-core' },
      {
        path: 'console/src/planted.ts',
        content: "export * from '../../worker/engine.ts';\n",
        mention: 'console-on-core',
      },
      {
        path: 'server/verbs/planted.ts',
        content: "export * from '../main/local.ts';\n",
        mention: 'verbs-through-ports',
      },
      {
        path: 'deploy/aws/planted.ts',
        content: "export * from '../../server/verbs/start-run.ts';\n",
        mention: 'deploy-on-layout',
      },
    ],
  },
  {
    name: 'dead code',
    run: (root) => packageProgram(root, 'knip/bin/knip.js', ['--no-progress', '--no-config-hints']),
    planted: [{ path: 'core/planted.ts', content: 'export const planted = 1;\n', mention: 'core/planted.ts' }],
  },
  {
    name: 'paths in docs',
    run: async (root) => {
      const broken = brokenDocReferences(root, (path) => readFileSync(join(root, path), 'utf8'));
      return { ok: broken.length === 0, output: broken.join('\n') };
    },
    planted: [
      { path: 'docs/planted.md', content: 'See `core/no-such-file.ts`.\n', mention: 'core/no-such-file.ts' },
      { path: 'docs/planted.md', content: 'See [this](no-such-page.md).\n', mention: 'no-such-page.md' },
    ],
  },
];
