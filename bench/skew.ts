/**
 * Measures how far apart the tasks of a run begin: runs a scenario as 8 tasks on this machine a few times, and reads the start skews from
 * the report. Prints one line of JSON.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportSchema } from '../core/report/report.ts';
import { startPracticeTarget } from '../practice-target/start.ts';

const TASKS = 8;
const RUNS = 3;

const folder = mkdtempSync(join(tmpdir(), 'loadstar-skew-'));
const target = await startPracticeTarget();
try {
  const spreadsMs: number[] = [];
  const latestMs: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const scenario = join(folder, 'skew.yml');
    const report = join(folder, 'report.json');
    writeFileSync(
      scenario,
      JSON.stringify({
        execution: [{ concurrency: TASKS, 'hold-for': '2s', scenario: 'skew' }],
        scenarios: { skew: { 'think-time': '50ms', requests: [target.url] } },
      }),
    );
    execFileSync(
      process.execPath,
      [
        join(import.meta.dirname, '../cli/loadstar.ts'),
        'run',
        scenario,
        '--tasks',
        String(TASKS),
        '--report',
        report,
        '--quiet',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const { generators } = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
    const skews = generators.map(({ startSkewMs }) => startSkewMs);
    spreadsMs.push(Math.max(...skews) - Math.min(...skews));
    latestMs.push(Math.max(...skews));
  }
  console.log(
    JSON.stringify({
      tasks: TASKS,
      runs: RUNS,
      spreadMsMax: Math.max(...spreadsMs),
      latestMsMax: Math.max(...latestMs),
    }),
  );
} finally {
  await target.stop();
  rmSync(folder, { recursive: true, force: true });
}
