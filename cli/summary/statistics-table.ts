/** The report's numbers per label, per region and in total. */
import type { Report, StatisticsSummary } from '../../core/report/report.ts';
import { formatAmount, formatCount, formatMs, formatRate, formatShare } from '../terminal/numbers.ts';
import type { Style } from '../terminal/style.ts';
import { displayWidth, printable, shorten } from '../terminal/text.ts';
import { type Cell, type Column, layOut } from './table.ts';

/** A terminal is no place for hundreds of labels; the report has them all. */
const LABELS_SHOWN_MAX = 40;
const LABEL_COLUMNS_MAX = 60;

const columns: Column[] = [
  { title: 'label', align: 'left', dropOrder: 0 },
  { title: 'requests', align: 'right', dropOrder: 0 },
  { title: 'failed', align: 'right', dropOrder: 0 },
  { title: 'req/s', align: 'right', dropOrder: 1 },
  { title: 'mean', align: 'right', dropOrder: 5 },
  { title: 'p50', align: 'right', dropOrder: 3 },
  { title: 'p95', align: 'right', dropOrder: 0 },
  { title: 'p99', align: 'right', dropOrder: 2 },
  { title: 'max', align: 'right', dropOrder: 4 },
];

/** The table's lines. The percentiles are of the response time, in milliseconds. */
export function statisticsTable(report: Report, width: number | null, style: Style): string[] {
  const byRequests = [...report.labels].sort((a, b) => b.requests - a.requests);
  const shown = new Set(byRequests.slice(0, LABELS_SHOWN_MAX));
  const rows = report.labels.filter((label) => shown.has(label)).map((label) => row(label.label, label, style));
  const regions = Object.entries(report.regions);
  const labelRows = rows.length;
  if (regions.length > 1) for (const [name, statistics] of regions) rows.push(row(name, statistics, style));
  rows.push(row('total', report.total, style).map((cell) => ({ paint: style.bold, ...cell })));
  const [titles = '', ...lines] = layOut(columns, rows, width, style.glyphs.ellipsis);
  const rule = style.dim(style.glyphs.rule.repeat(displayWidth(titles)));
  const labelLines = lines.slice(0, labelRows);
  const hidden = report.labels.length - shown.size;
  if (hidden > 0)
    labelLines.push(style.dim(`and ${formatAmount(hidden, 'label')} with fewer requests: see the report`));
  const regionLines = lines.slice(labelRows, -1);
  if (regionLines.length > 0) regionLines.unshift(rule);
  return [style.dim(titles), ...labelLines, ...regionLines, rule, lines.at(-1) ?? ''];
}

function row(name: string, statistics: StatisticsSummary, style: Style): Cell[] {
  const { requests, failures, requestsPerSecond, responseTimeMs: times } = statistics;
  const failed: Cell = { text: formatShare(failures, requests), ...(failures > 0 ? { paint: style.red } : {}) };
  return [
    { text: shorten(printable(name), LABEL_COLUMNS_MAX, style.glyphs.ellipsis) },
    { text: formatCount(requests) },
    failed,
    { text: formatRate(requestsPerSecond) },
    ...[times.mean, times.p50, times.p95, times.p99, times.max].map((time) => ({ text: formatMs(time) })),
  ];
}
