/** Tries a scenario in this process, for tests. */
import type { Trial } from '../../../core/api/trials.ts';
import { readScenario } from '../../../core/scenario/read-scenario.ts';
import { TrialAssembly, type TrialOrder } from '../../../core/trial/trial-lines.ts';
import { tryFlows } from '../try-flows.ts';

export interface TryOptions {
  files?: Record<string, string>;
  secrets?: Record<string, string>;
  signal?: AbortSignal;
  onStep?: () => void;
}

/** All flows of a Taurus file. */
export function orderOf(text: string, secrets: Record<string, string> = {}): TrialOrder {
  const { scenario } = readScenario({ sources: [{ name: 'test.yml', text }] });
  return { flows: Object.values(scenario.flows), targets: { allow: null }, secrets };
}

export async function tryDocument(text: string, options: TryOptions = {}): Promise<Trial> {
  const assembly = new TrialAssembly();
  await tryFlows(orderOf(text, options.secrets), {
    readFile: async (path) => Buffer.from(options.files?.[path] ?? ''),
    tell: (output) => {
      assembly.take(JSON.stringify(output));
      if (output.kind === 'step') options.onStep?.();
    },
    signal: options.signal ?? new AbortController().signal,
  });
  if (!assembly.isWhole) throw new Error('the end was not told');
  return assembly.trial;
}
