/**
 * Measures the ticks of a run of 1,000 tasks in four regions as Lambdas make them: each begins with what is stored. The verbs and the S3 adapter with
 * its SDK are the real ones; the bucket is a server of another process that answers after `S3_MS`, tables answer after `TABLE_MS`, and ECS, of which
 * only the answer matters here, after `ECS_MS`. Prints one line of JSON. `node bench/aws-ticks.ts [ticks] [consolidation]`
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { TaskId } from '../core/plan/plan.ts';
import { runFolderPaths } from '../core/run-folder/run-folder.ts';
import type { LambdaOrder } from './simulated-lambda.ts';
import { SimulatedS3 } from './simulated-s3.ts';
import { foldedSegmentOf, resultOf, segmentOf } from './simulated-tasks.ts';

/** First bytes of small objects: 10 to 30 ms are usual. */
const S3_MS = 20;

const size = {
  regions: ['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2'],
  tasksPerRegion: 250,
  /** As plans of so many tasks have it. */
  segmentSeconds: 30,
};
/** Of the run that is measured while it runs, and of the one that is over. */
const SEGMENTS = { running: 3, ended: 120 };
const RUN_ID = 'run-bench';

const all: TaskId[] = size.regions.flatMap((region) =>
  Array.from({ length: size.tasksPerRegion }, (_, task) => ({ region, task })),
);

/** Runs a measurement in a process of its own with so much heap, from a bundle, as a Lambda does; `land` is called with what it asks for. */
async function inLambda(
  order: Omit<LambdaOrder, 'land'>,
  heapMb: number,
  land: (index: number) => void,
): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-lambda-'));
  const outfile = join(folder, 'index.mjs');
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  const shape = { bundle: true, minify: true, platform: 'node', format: 'esm', target: 'node24' } as const;
  await build({ entryPoints: [join(import.meta.dirname, 'simulated-lambda.ts')], outfile, banner, ...shape });
  const child = fork(outfile, [JSON.stringify(order)], {
    execArgv: [`--max-old-space-size=${heapMb}`],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  try {
    return await new Promise((resolve, reject) => {
      child.on('message', (message: { land: number } | { result: unknown }) => {
        if ('result' in message) return resolve(message.result);
        land(message.land);
        child.send('landed');
      });
      child.once('exit', (code) => reject(new Error(`measuring ${order.what} ended with ${code}`)));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withS3<Result>(measure: (s3: SimulatedS3, url: string) => Promise<Result>): Promise<Result> {
  const s3 = new SimulatedS3(S3_MS);
  try {
    return await measure(s3, await s3.listen());
  } finally {
    s3.close();
  }
}

const keyOf = (path: string) => `runs/${RUN_ID}/${path}`;
const encode = (text: string) => new TextEncoder().encode(text);

/** The run is under way; the segments of one index after the other land. */
function ticks() {
  return withS3((s3, url) =>
    inLambda({ what: 'ticks', url, runId: RUN_ID, segments: SEGMENTS.running, ...size }, 112, (index) => {
      for (const id of all) s3.put(keyOf(runFolderPaths.segment(id, index)), segmentOf(id, index, size.segmentSeconds));
    }),
  );
}

/** All have delivered, nothing is parsed, and all segments were folded while the run was under way. */
function consolidation() {
  return withS3((s3, url) => {
    const tasks = Array.from({ length: size.tasksPerRegion }, (_, task) => task);
    for (const region of size.regions) {
      for (let index = 0; index < SEGMENTS.ended; index++) {
        const folded = foldedSegmentOf(region, tasks, index, size.segmentSeconds);
        s3.put(keyOf(runFolderPaths.folded(region, index)), folded);
      }
    }
    for (const id of all) {
      const { done, xml } = resultOf(id, 10, SEGMENTS.ended);
      s3.put(keyOf(runFolderPaths.done(id)), encode(done));
      s3.put(keyOf(runFolderPaths.xml(id)), encode(xml));
    }
    const order = { what: 'consolidation', url, runId: RUN_ID, segments: SEGMENTS.ended, ...size } as const;
    return inLambda(order, 2_048, () => {});
  });
}

const parts: Record<string, () => Promise<unknown>> = { ticks, consolidation };

const wanted = process.argv.slice(2);
const result: Record<string, unknown> = { tasks: all.length, s3Ms: S3_MS };
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) result[name] = await measure();
}
console.log(JSON.stringify(result));
