/**
 * `npm run bench`: runs every measurement, says what was measured on what machine, and writes BENCHMARKS.md. Numbers are ratios between programs that
 * were measured side by side in the same run; a peer that is not installed is named and left out. Losses stay in.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { awsBundlesSection } from './sections/aws-bundles.ts';
import { awsCostSection } from './sections/aws-cost.ts';
import { awsLaunchSection } from './sections/aws-launch.ts';
import { awsTicksSection } from './sections/aws-ticks.ts';
import { consoleSection } from './sections/console.ts';
import { controlPlaneSection } from './sections/control-plane.ts';
import { firstRunSection } from './sections/first-run.ts';
import { foldSection } from './sections/fold.ts';
import { httpFileSection, httpSection, httpsSection, jmeterSection, scenarioSection } from './sections/http.ts';
import { latenessSection } from './sections/lateness.ts';
import { liveSection } from './sections/live.ts';
import { memorySection } from './sections/memory.ts';
import type { Section } from './sections/section.ts';
import { skewSection } from './sections/skew.ts';
import { soakSection } from './sections/soak.ts';
import { taurusSection } from './sections/taurus.ts';
import { threadsSection } from './sections/threads.ts';
import { tlsSection } from './sections/tls.ts';

const root = join(import.meta.dirname, '..');
const sections: readonly Section[] = [
  httpSection,
  httpFileSection,
  httpsSection,
  scenarioSection,
  jmeterSection,
  taurusSection,
  tlsSection,
  threadsSection,
  latenessSection,
  memorySection,
  soakSection,
  skewSection,
  foldSection,
  firstRunSection,
  controlPlaneSection,
  liveSection,
  consoleSection,
  awsTicksSection,
  awsBundlesSection,
  awsLaunchSection,
  awsCostSection,
];

/** The last line of a measurement's output is its result as JSON; what it says on the way goes to the terminal. */
function measure(section: Section): unknown {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, section.program), ...section.args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (status !== 0) throw new Error(`bench/${section.program} ended with ${status}`);
  const lines = stdout.toString().trim().split('\n');
  return JSON.parse(lines.at(-1) ?? '');
}

function machine(): string {
  const all = cpus();
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  return `${all.length} x ${all[0]?.model.trim()}, ${memoryGib} GiB, ${process.platform} ${release()}, Node ${process.versions.node}`;
}

const wanted = process.argv.slice(2);
const texts: string[] = [];
for (const section of sections) {
  if (wanted.length > 0 && !wanted.includes(section.name)) continue;
  console.error(`measuring: ${section.title}`);
  const text = `## ${section.title}\n\n${section.describe(measure(section)).trim()}\n`;
  texts.push(text);
  console.log(text);
}

// Part of the measurements must not overwrite all of them.
if (wanted.length === 0) {
  const head = `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}. Machine: ${machine()}.
Timings on a shared machine are noisy: what counts is the ratio between programs measured in turns within one run.
`;
  writeFileSync(join(root, 'BENCHMARKS.md'), `${[head, ...texts].join('\n')}`);
}
