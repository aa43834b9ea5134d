/** Runs a corpus file with real Taurus and JMeter. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { toolNamed } from '../tools/tools.ts';
import { type CorpusSource, readCorpusFile } from './corpus-file.ts';
import { type Observed, observedLabels, observedRequests, type Sample } from './observed.ts';
import { startRecordingServer } from './recording-server.ts';

export interface TaurusTools {
  /** bzt's Python. */
  python: string;
  jmeter: string;
}

/** Those below `.tools/`. Throws when one is missing. */
export function taurusTools(): TaurusTools {
  const [python, jmeter] = ['bzt', 'jmeter'].map((name) => toolNamed(name).find());
  if (python == null || jmeter == null) throw new Error('bzt or JMeter is missing: npm run tools');
  return { python, jmeter };
}

/** Takes 5 to 10 s, most of it the JVM's. `keepIn`: leaves Taurus' artifacts there. */
export async function runTaurus(source: CorpusSource, tools: TaurusTools, keepIn?: string): Promise<Observed> {
  const server = await startRecordingServer();
  const folder = keepIn ?? mkdtempSync(join(tmpdir(), 'loadstar-goldens-'));
  rmSync(join(folder, 'artifacts'), { recursive: true, force: true });
  try {
    const file = readCorpusFile(source, server.ports);
    server.answers = file.answers;
    for (const [path, bytes] of file.files) write(join(folder, path), bytes);
    write(join(folder, 'scenario.yml'), file.scenario);
    write(join(folder, 'taurus.yml'), settings(folder, tools));
    await runBzt(tools, folder);
    const samples = readSamples(join(folder, 'artifacts'));
    return {
      requests: observedRequests(server.requests, server.ports, file),
      labels: observedLabels(samples, server.ports, file),
    };
  } finally {
    await server.close();
    if (keepIn === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** JSON is YAML. Nothing is fetched while it runs. */
function settings(folder: string, { jmeter }: TaurusTools): string {
  return JSON.stringify({
    settings: { 'check-updates': false, 'check-interval': '0.3s', 'artifacts-dir': join(folder, 'artifacts') },
    modules: {
      console: { disable: true },
      jmeter: { path: jmeter, version: '5.6.3', 'detect-plugins': false, plugins: [], 'fix-jars': false },
    },
  });
}

async function runBzt({ python }: TaurusTools, folder: string): Promise<void> {
  let output = '';
  const child = spawn(python, ['-m', 'bzt.cli', 'taurus.yml', 'scenario.yml'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // It keeps settings at home. For a few requests, the serial collector and the first compiler start soonest.
    env: {
      ...process.env,
      HOME: folder,
      HEAP: '-Xms128m -Xmx512m',
      GC_ALGO: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1',
    },
  });
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-6_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`bzt ended with ${code}\n${output}`);
}

/** Of all `kpi.jtl`s, one an execution. */
function readSamples(artifacts: string): Sample[] {
  const files = readdirSync(artifacts).filter((name) => /^kpi.*\.jtl$/.test(name));
  return files.flatMap((name) => {
    const [header = [], ...rows] = readCsv(readFileSync(join(artifacts, name), 'utf8'));
    const column = (row: string[], title: string): string => row[header.indexOf(title)] ?? '';
    return rows.map((row) => {
      const code = column(row, 'responseCode');
      return {
        label: column(row, 'label'),
        code: /^\d+$/.test(code) ? code : 'none',
        success: column(row, 'success') === 'true',
      };
    });
  });
}

/** Rows of fields; a field in quotes may hold commas, lines and doubled quotes. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/g)) {
    if (end === '' && quoted === undefined && bare === '' && row.length === 0) break;
    row.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
    if (end !== ',') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
