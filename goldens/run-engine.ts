/** Runs a corpus file with our engine: the same path as a task's, in this process. */
import { LoadstarError } from '../core/errors.ts';
import { makePlan } from '../core/plan/make-plan.ts';
import { readScenario } from '../core/scenario/read-scenario.ts';
import { Statistics } from '../core/statistics/statistics.ts';
import { createNativeEngine } from '../worker/native/native-engine.ts';
import { type CorpusSource, readCorpusFile } from './corpus-file.ts';
import { type Observed, observedLabels, observedRequests, type Sample } from './observed.ts';
import { startRecordingServer } from './recording-server.ts';

export async function runEngine(source: CorpusSource): Promise<Observed> {
  const server = await startRecordingServer();
  try {
    const file = readCorpusFile(source, server.ports);
    server.answers = file.answers;
    const { scenario } = readScenario({ sources: [{ name: `${file.name}.yml`, text: file.scenario }] });
    const plan = makePlan({ ...scenario, regions: { local: { tasks: 1, share: 1 } } }, { runId: 'goldens' });
    const labels = new Map<string, Statistics>();
    const engine = createNativeEngine({
      plan,
      id: { region: 'local', task: 0 },
      secrets: new Map(),
      readFile: async (path) => {
        const bytes = file.files.get(path);
        if (bytes === undefined) throw new LoadstarError('scenario_file_missing', `${path} is missing`);
        return bytes;
      },
      log: () => {},
      onWindow: (window) => {
        for (const [label, statistics] of window.labels) {
          const known = labels.get(label) ?? new Statistics();
          known.addLater(statistics);
          labels.set(label, known);
        }
      },
    });
    await engine.prepare();
    const startAtMs = performance.now() + 5;
    await engine.run(startAtMs, startAtMs);
    return {
      requests: observedRequests(server.requests, server.ports, file),
      labels: observedLabels([...labels].flatMap(samplesOf), server.ports, file),
    };
  } finally {
    await server.close();
  }
}

/** As many samples as were counted; which of them failed is no matter. */
function samplesOf([label, { requests, failures, codes }]: [string, Statistics]): Sample[] {
  const counted = [...codes].flatMap(([code, count]) => Array<string>(count).fill(code === 0 ? 'none' : String(code)));
  const all = [...counted, ...Array<string>(requests - counted.length).fill('none')];
  return all.map((code, i) => ({ label, code, success: i >= failures }));
}
