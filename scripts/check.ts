/**
 * `npm run check`: types, lint and format, import boundaries, dead code, paths in docs. Then plants a violation of each in a copy of the tree and
 * fails when a check does not see it.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checks } from './check/checks.ts';
import { projectFiles } from './check/project-files.ts';

const root = join(import.meta.dirname, '..');

/** A copy of the project's files as they are now, with this tree's `node_modules`, and a git of its own. */
function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'loadstar-check-'));
  for (const path of projectFiles(root)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  execFileSync('git', ['init', '--quiet'], { cwd: copy });
  return copy;
}

async function checkTree(): Promise<number> {
  let failed = 0;
  const results = await Promise.all(checks.map(async (check) => ({ check, result: await check.run(root) })));
  for (const { check, result } of results) {
    console.log(`${result.ok ? 'ok  ' : 'FAIL'} ${check.name}`);
    if (!result.ok) {
      failed++;
      console.log(result.output);
    }
  }
  return failed;
}

async function checkTheChecks(): Promise<number> {
  let failed = 0;
  const copy = copyOfTree();
  try {
    for (const check of checks) {
      for (const { path, content, mention } of check.planted) {
        mkdirSync(dirname(join(copy, path)), { recursive: true });
        writeFileSync(join(copy, path), content);
        const result = await check.run(copy);
        rmSync(join(copy, path));
        const caught = !result.ok && result.output.includes(mention);
        console.log(`${caught ? 'ok  ' : 'FAIL'} ${check.name} sees a planted violation (${mention})`);
        if (!caught) {
          failed++;
          console.log(result.output);
        }
      }
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return failed;
}

const failed = (await checkTree()) + (await checkTheChecks());
if (failed > 0) console.log(`${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
