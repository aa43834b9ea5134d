/** The report as people read it at the end of a run. */
import type { RunCost } from '../../core/api/cost.ts';
import type { Report } from '../../core/report/report.ts';
import { formatAmount, formatSpan } from '../terminal/numbers.ts';
import type { Style } from '../terminal/style.ts';
import { displayWidth, pad, printable, wrap } from '../terminal/text.ts';
import { costLine } from './cost-line.ts';
import { detailSections, type Section } from './details.ts';
import { statisticsTable } from './statistics-table.ts';
import { remarksLeft, verdictLine } from './verdict.ts';

const HEADING_COLUMNS = 12;
const WIDTH_MIN = 40;

export interface SummaryOptions {
  /** Columns of the terminal; null: no limit. */
  columns: number | null;
  style: Style;
  /** What was written and where: `['report', 'out.json']`. */
  written: [string, string][];
  /** What the run cost; null or left out: nothing that is known. */
  cost?: RunCost | null;
}

/** The whole summary, ended by a newline. */
export function renderSummary(report: Report, options: SummaryOptions): string {
  const { style } = options;
  const columns = options.columns === null ? null : Math.max(WIDTH_MIN, options.columns - 1);
  const sections: Section[] = [
    ...detailSections(report, style),
    { heading: 'note', lines: notes(report).map(style.yellow) },
    ...(options.cost ? [{ heading: 'cost', lines: [printable(costLine(options.cost))] }] : []),
    ...options.written.map(([heading, place]) => ({ heading, lines: [printable(place)] })),
  ];
  return `${[
    ...headLines(report, columns, style),
    '',
    ...statisticsTable(report, columns, style),
    '',
    ...sections.flatMap((section) => sectionLines(section, columns, style)),
    '',
    ...wrap(verdictLine(report, style), columns ?? Number.POSITIVE_INFINITY),
  ].join('\n')}\n`;
}

function headLines(report: Report, columns: number | null, style: Style): string[] {
  // A region of which nothing came in has no numbers.
  const regions = new Set([...Object.keys(report.regions), ...report.generators.map(({ region }) => region)]);
  const facts = [
    formatAmount(report.tasksPlanned, 'task'),
    formatAmount(regions.size, 'region'),
    formatSpan(report.durationSeconds),
    `response times in ms`,
  ].join(', ');
  const name = printable(report.scenario);
  const oneLine = `${style.bold(name)}  ${style.dim(facts)}`;
  if (columns === null || displayWidth(oneLine) <= columns) return [oneLine];
  return [style.bold(name), ...wrap(facts, columns).map(style.dim)];
}

function notes(report: Report): string[] {
  if (report.remarks.length > 0) return remarksLeft(report);
  return report.tasksLost > 0 ? [`${formatAmount(report.tasksLost, 'task')} of ${report.tasksPlanned} lost`] : [];
}

/** The heading in front of the first line, the others below it; long ones go on in the next line. */
function sectionLines({ heading, lines }: Section, columns: number | null, style: Style): string[] {
  const width = columns === null ? Number.POSITIVE_INFINITY : columns - HEADING_COLUMNS;
  return lines
    .flatMap((line) => (displayWidth(line) <= width ? [line] : wrap(line, width)))
    .map(
      (line, i) => (i === 0 ? style.dim(pad(heading, HEADING_COLUMNS, 'left')) : ' '.repeat(HEADING_COLUMNS)) + line,
    );
}
