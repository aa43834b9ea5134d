/** What the summary says below its table: codes, starts, errors, criteria, generators. Each section is a heading and its lines. */
import type { CriterionReport, GeneratorReport, Report } from '../../core/report/report.ts';
import { formatAmount, formatBytes, formatCount, formatMs } from '../terminal/numbers.ts';
import type { Style } from '../terminal/style.ts';
import { printable } from '../terminal/text.ts';

const ERRORS_SHOWN_MAX = 5;
const GENERATORS_SHOWN_MAX = 10;
const TASKS_SHOWN_MAX = 8;
const EXAMPLE_LENGTH_MAX = 300;

export interface Section {
  heading: string;
  lines: string[];
}

/** The sections that have something to say. */
export function detailSections(report: Report, style: Style): Section[] {
  return [
    { heading: 'codes', lines: codeLines(report) },
    { heading: 'starts', lines: startLines(report, style) },
    { heading: 'network', lines: networkLines(report) },
    { heading: 'errors', lines: errorLines(report, style) },
    { heading: 'criteria', lines: report.criteria.map((criterion) => criterionLine(criterion, style)) },
    { heading: 'generators', lines: generatorLines(report, style) },
  ].filter((section) => section.lines.length > 0);
}

function codeLines({ total }: Report): string[] {
  const codes = Object.entries(total.codes).sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  const counted = codes.map(([code, count]) => `${printable(code)} x ${formatCount(count)}`);
  const traffic = `${formatBytes(total.bytesSent)} sent, ${formatBytes(total.bytesReceived)} received`;
  if (counted.length === 0) counted.push('none: no request was answered');
  return total.requests === 0 ? [] : [[...counted, traffic].join('   ')];
}

/** Only when starts were late, dropped or cut off: then the plan was not met, and people should know. */
function startLines({ total }: Report, style: Style): string[] {
  const remarks: string[] = [];
  if (total.lateStarts > 0) remarks.push(`${formatCount(total.lateStarts)} waited for a free user`);
  if (total.droppedStarts > 0) remarks.push(`${formatCount(total.droppedStarts)} never began`);
  if (total.unfinishedRequests > 0) remarks.push(`${formatCount(total.unfinishedRequests)} were cut off at the end`);
  if (remarks.length === 0) return [];
  const { responseTimeMs: response, serviceTimeMs: service } = total;
  const lines = [`of ${formatCount(total.plannedStarts)} planned, ${style.yellow(remarks.join(', '))}`];
  if (total.lateStarts > 0) {
    lines.push(
      `p95 is ${formatMs(response.p95)} ms from the planned start, ${formatMs(service.p95)} ms from when a request was sent`,
    );
  }
  return lines;
}

/** What opening connections took, where that was more than TCP on the way to an address: else there is nothing to learn from it. */
function networkLines({ total }: Report): string[] {
  const { resolveMs, connectMs, tlsHandshakeMs } = total;
  if (resolveMs.count === 0 && tlsHandshakeMs.count === 0) return [];
  const phases = [
    ['resolving names', resolveMs],
    ['TCP', connectMs],
    ['TLS handshake', tlsHandshakeMs],
  ] as const;
  const measured = phases.filter(([, { count }]) => count > 0);
  return measured.map(([name, { count, p50, p99 }]) => {
    return `${name} x ${formatCount(count)}   p50 ${formatMs(p50)} ms, p99 ${formatMs(p99)} ms`;
  });
}

function errorLines({ total }: Report, style: Style): string[] {
  const errors = [...total.errors].sort((a, b) => b.count - a.count);
  const lines = errors.slice(0, ERRORS_SHOWN_MAX).flatMap(({ type, message, count, example }) => {
    const line = `${style.red(`${formatCount(count)} x`)} ${printable(type)}: ${printable(message)}`;
    const shown = example === null ? '' : printable(example).slice(0, EXAMPLE_LENGTH_MAX);
    return shown === '' || shown === printable(message) ? [line] : [line, style.dim(`    for example ${shown}`)];
  });
  const hidden = errors.length - ERRORS_SHOWN_MAX;
  return hidden > 0 ? [...lines, style.dim(`and ${formatAmount(hidden, 'more kind')}: see the report`)] : lines;
}

function criterionLine(criterion: CriterionReport, style: Style): string {
  const { glyphs } = style;
  const mark = !criterion.passed
    ? style.red(glyphs.fail)
    : criterion.triggered
      ? style.yellow(glyphs.note)
      : style.green(glyphs.pass);
  const value = criterion.value === null ? 'no data' : withUnit(criterion.value, criterion.unit);
  const when = criterion.triggeredAtSecond === null ? '' : ` at second ${formatCount(criterion.triggeredAtSecond)}`;
  const outcome = criterion.triggered ? `triggered${when}: ` : '';
  return `${mark} ${printable(criterion.message)}   ${style.dim(`${outcome}${value}, threshold ${withUnit(criterion.threshold, criterion.unit)}`)}`;
}

function withUnit(value: number, unit: CriterionReport['unit']): string {
  switch (unit) {
    case 'seconds':
      // Whole microseconds, so that 0.003515 s reads as 3.515 ms does in the table.
      return value < 10 ? `${formatMs(Math.round(value * 1e6) / 1000)} ms` : `${formatMs(value)} s`;
    case 'percent':
      return `${value.toLocaleString('en-US', { maximumFractionDigits: 2 })}%`;
    case 'bytes':
      return formatBytes(value);
    case 'count':
      return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
  }
}

/** One line when all is well. */
function generatorLines(report: Report, style: Style): string[] {
  // That each of them was stopped is no news in a cancelled run.
  const saysRemarks = report.status !== 'cancelled';
  const remarkable = report.generators.filter(
    ({ healthy, state, remarks }) => !healthy || state === 'lost' || (saysRemarks && remarks.length > 0),
  );
  const groups = new Map<string, string[]>();
  for (const generator of remarkable) {
    const verdict = generatorVerdict(generator, style);
    groups.set(verdict, [...(groups.get(verdict) ?? []), `${printable(generator.region)}/${generator.task}`]);
  }
  const lines = [...groups].slice(0, GENERATORS_SHOWN_MAX).map(([verdict, tasks]) => `${taskList(tasks)}   ${verdict}`);
  const hidden = groups.size - GENERATORS_SHOWN_MAX;
  if (hidden > 0) lines.push(style.dim(`and ${formatAmount(hidden, 'more remark')}: see the report`));
  const well = report.generators.filter((generator) => generator.healthy && generator.state === 'delivered');
  if (well.length === 0) return lines;
  const cpu = Math.max(...well.map((generator) => generator.cpuPercentMax));
  const lateness = Math.max(...well.map((generator) => generator.startLatenessMs.p99));
  lines.push(
    `${formatCount(well.length)} of ${formatAmount(report.tasksPlanned, 'task')} healthy   ` +
      style.dim(`CPU up to ${Math.round(cpu)}%, starts late by ${formatMs(lateness)} ms (p99)`),
  );
  return lines;
}

function taskList(tasks: string[]): string {
  const hidden = tasks.length - TASKS_SHOWN_MAX;
  return tasks.slice(0, TASKS_SHOWN_MAX).join(', ') + (hidden > 0 ? ` and ${formatAmount(hidden, 'more task')}` : '');
}

function generatorVerdict({ state, healthy, remarks }: GeneratorReport, style: Style): string {
  const verdict = state === 'lost' ? style.red('lost') : healthy ? style.yellow('remark') : style.red('unhealthy');
  // A remark may say itself that the task was lost.
  const said = remarks.map((remark) => printable(remark).replace(/^lost: /, '')).join('; ');
  return said === '' ? verdict : `${verdict}: ${said}`;
}
