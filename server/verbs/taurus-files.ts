/** What planning needs of a scenario's files when Taurus runs it. */
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import type { TaurusFiles } from '../../core/taurus/plan-taurus.ts';
import { scriptText } from '../../core/taurus/scripts/script-text.ts';
import type { ObjectBody } from '../ports/object-store.ts';

/** By path; a function opens one when it is its turn. */
export type FileBodies = ReadonlyMap<string, Uint8Array | (() => Promise<ObjectBody>)>;

/** The texts of its scripts, as far as they are there. Throws `scenario_too_large` for a script that is too large to be read. */
export async function readTaurusFiles({ taurus }: Pick<Scenario, 'taurus'>, files: FileBodies): Promise<TaurusFiles> {
  const scripts = new Map<string, string>();
  for (const { script } of taurus?.executions ?? []) {
    const body = script === null || scripts.has(script) ? undefined : files.get(script);
    if (script === null || body === undefined) continue;
    const bytes = await readAll(script, typeof body === 'function' ? await body() : body);
    scripts.set(script, scriptText(bytes).text);
  }
  return { scripts, paths: [...files.keys()] };
}

async function readAll(path: string, body: ObjectBody): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    bytes += chunk.length;
    if (bytes > limits.scriptBytesMax) {
      const message = `is more than ${limits.scriptBytesMax} bytes, which a script may be`;
      throw new LoadstarError('scenario_too_large', `The script ${path} is too large.`, {
        fields: [{ path, message }],
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
