/** Answers of a server as people read them. All that comes from there is made safe for terminals. */

import { regionRemark } from '../../core/api/region-remark.ts';
import type { RunResource } from '../../core/api/runs.ts';
import type { ScenarioItem, ScenarioResource } from '../../core/api/scenarios.ts';
import type { RegionPage } from '../../core/api/system.ts';
import { costLine } from '../summary/cost-line.ts';
import { type Cell, type Column, layOut } from '../summary/table.ts';
import { formatAmount, formatBytes, formatCount, formatMs, formatRate, formatSpan } from '../terminal/numbers.ts';
import type { Output } from '../terminal/streams.ts';
import type { Style } from '../terminal/style.ts';
import { pad, printable } from '../terminal/text.ts';

const HEADING_COLUMNS = 12;

const scenarioColumns: Column[] = [
  { title: 'name', align: 'left', dropOrder: 0 },
  { title: 'id', align: 'left', dropOrder: 0 },
  { title: 'tags', align: 'left', dropOrder: 3 },
  { title: 'changed', align: 'left', dropOrder: 2 },
  { title: 'last run', align: 'left', dropOrder: 1 },
];

export function scenarioTable(scenarios: readonly ScenarioItem[], output: Output): string {
  const rows = scenarios.map(({ name, id, tags, updatedAt, lastRun }) => [
    cell(name),
    cell(id),
    cell(tags.join(', ')),
    cell(instant(updatedAt)),
    lastRun === null ? cell('') : outcomeCell(lastRun, output.style),
  ]);
  return table(scenarioColumns, rows, 'No scenarios.', output);
}

const runColumns: Column[] = [
  { title: 'scenario', align: 'left', dropOrder: 0 },
  { title: 'id', align: 'left', dropOrder: 0 },
  { title: 'outcome', align: 'left', dropOrder: 0 },
  { title: 'created', align: 'left', dropOrder: 1 },
  { title: 'tasks', align: 'right', dropOrder: 2 },
];

export function runTable(runs: readonly RunResource[], output: Output): string {
  const rows = runs.map((run) => [
    cell(run.scenarioName),
    cell(run.id),
    outcomeCell(run, output.style),
    cell(instant(run.createdAt)),
    cell(formatCount(tasksOf(run))),
  ]);
  return table(runColumns, rows, 'No runs.', output);
}

const regionColumns: Column[] = [
  { title: 'region', align: 'left', dropOrder: 0 },
  { title: 'tasks at most', align: 'right', dropOrder: 0 },
  { title: 'running', align: 'right', dropOrder: 0 },
  { title: 'free', align: 'right', dropOrder: 0 },
];

const remarkColumn: Column = { title: 'remark', align: 'left', dropOrder: 1 };

export function regionTable(regions: RegionPage['items'], output: Output): string {
  const hasRemarks = regions.some((region) => regionRemark(region) !== null);
  const rows = regions.map((region) => [
    cell(region.name),
    ...[region.tasksMax, region.tasksRunning, region.tasksFree].map((count) => cell(formatCount(count))),
    ...(hasRemarks ? [cell(regionRemark(region) ?? '')] : []),
  ]);
  const columns = hasRemarks ? [...regionColumns, remarkColumn] : regionColumns;
  return table(columns, rows, 'No regions.', output);
}

export function scenarioDetails(scenario: ScenarioResource, { style }: Output): string {
  const { lastRun, missingFiles } = scenario;
  const facts: [string, string][] = [
    ['name', style.bold(printable(scenario.name))],
    ['id', printable(scenario.id)],
    ['version', formatCount(scenario.version)],
    ['tags', printable(scenario.tags.join(', '))],
    ['created', instant(scenario.createdAt)],
    ['changed', instant(scenario.updatedAt)],
    ['last run', lastRun === null ? '' : `${printable(lastRun.id)}  ${painted(outcomeCell(lastRun, style))}`],
    ...scenario.files.map(({ path, sizeBytes }): [string, string] => [
      'file',
      `${printable(path)}  ${formatBytes(sizeBytes)}`,
    ]),
    ...missingFiles.map((path): [string, string] => ['missing', style.red(`${printable(path)} was not uploaded`)]),
    ...scenario.warnings.map((warning): [string, string] => ['warning', style.yellow(printable(warning))]),
  ];
  return details(facts, style);
}

export function runDetails(run: RunResource, { style }: Output): string {
  const { queue, live } = run;
  const facts: [string, string][] = [
    ['scenario', `${style.bold(printable(run.scenarioName))}  ${printable(run.scenarioId)}`],
    ['id', printable(run.id)],
    [
      'outcome',
      painted(outcomeCell(run, style)) + (run.cancelRequested && run.endedAt === null ? ' (to be cancelled)' : ''),
    ],
    ['reason', printable(run.reason ?? '')],
    ['waits for', queue === null ? '' : printable(queue.waitingFor ?? 'the next look at the queue')],
    ['created', instant(run.createdAt)],
    ['load began', run.goAt === null ? '' : instant(run.goAt)],
    ['ended', run.endedAt === null ? '' : instant(run.endedAt)],
    ['load', run.durationSeconds === null ? 'until its iterations are done' : formatSpan(run.durationSeconds)],
    ['tasks', printable(run.regions.map(({ name, tasks }) => `${formatCount(tasks)} in ${name}`).join(', '))],
  ];
  if (live !== null) {
    const { requests, failures, requestsPerSecond, p95Ms, users } = live;
    const now = `${formatRate(requestsPerSecond)} req/s, p95 ${formatMs(p95Ms)} ms, ${formatAmount(users, 'user')}`;
    facts.push(['now', now], ['so far', `${formatAmount(requests, 'request')}, ${formatAmount(failures, 'error')}`]);
  }
  if (run.cost !== null) facts.push(['cost', costLine(run.cost)]);
  return details(facts, style);
}

function tasksOf({ regions }: RunResource): number {
  return regions.reduce((sum, { tasks }) => sum + tasks, 0);
}

/** `complete, passed`. */
function outcomeCell({ phase, verdict }: Pick<RunResource, 'phase' | 'verdict'>, style: Style): Cell {
  const text = verdict === null || verdict === 'none' ? phase : `${phase}, ${verdict}`;
  if (verdict === 'passed') return { text, paint: style.green };
  return verdict === 'failed' || verdict === 'invalid' || phase === 'failed' ? { text, paint: style.red } : { text };
}

function painted({ text, paint = (same) => same }: Cell): string {
  return paint(text);
}

export function cell(text: string): Cell {
  return { text: printable(text) };
}

/** Without milliseconds. */
export function instant(iso: string): string {
  return printable(iso).replace(/\.\d+Z$/, 'Z');
}

export function table(columns: Column[], rows: Cell[][], none: string, output: Output): string {
  const { style } = output;
  if (rows.length === 0) return `${style.dim(none)}\n`;
  const [titles = '', ...lines] = layOut(columns, rows, output.columns(), style.glyphs.ellipsis);
  return `${[style.dim(titles), ...lines].map((line) => line.trimEnd()).join('\n')}\n`;
}

/** Facts of which nothing is known are left out. */
function details(facts: readonly [string, string][], style: Style): string {
  return facts
    .filter(([, text]) => text !== '')
    .map(([heading, text]) => `${style.dim(pad(heading, HEADING_COLUMNS, 'left'))}${text}\n`)
    .join('');
}
