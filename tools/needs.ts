/** How a test says that it needs a tool: it is skipped with the reason where the tool is missing, and fails there in CI. */
import type { TestContext } from 'vitest';
import { toolNamed } from './tools.ts';

/** Path of the tool's program. Skips the running test when it is not installed; with CI=true nothing may be missing. */
export function needs(context: TestContext, name: string): string {
  const tool = toolNamed(name);
  const path = tool.find();
  if (path !== null) return path;
  const reason = `${name} is not installed (wanted for ${tool.wantedFor}): npm run tools`;
  if (process.env.CI === 'true') throw new Error(reason);
  return context.skip(reason);
}
