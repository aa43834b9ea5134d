/** A run as one HTML page that needs nothing else: no scripts, no network, its report as JSON inside. */
import type { Series } from '../../core/api/runs.ts';
import type { DistributionSummary, Report, StatisticsSummary } from '../../core/report/report.ts';
import { timeNames } from '../../core/report/time-names.ts';
import { html, Markup } from '../markup/markup.ts';
import { lineChart, shortNumber } from './line-chart.ts';
import { chartOf } from './run-charts.ts';
import { table } from './table.ts';

const style = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:960px;padding:0 1rem}
h1{margin:0}h2{margin:2rem 0 .5rem}table{border-collapse:collapse;width:100%}th,td{padding:.3rem .6rem;border-bottom:1px solid #8885;text-align:right;white-space:nowrap}
th:first-child{text-align:left}.wide{overflow-x:auto}.verdict{border:2px solid;border-radius:8px;padding:.6rem 1rem;margin:1rem 0}
figure{margin:1rem 0}figcaption small span{margin-left:1rem}figcaption i{display:inline-block;width:.8em;height:.8em;margin-right:.3em}
svg{width:100%;height:auto;font:11px system-ui,sans-serif}svg text{fill:currentColor}.grid{stroke:#8884}pre{overflow:auto;max-height:20rem}`;

/** The page. `series`: of the whole run. */
export function runPage(report: Report, series: Series): string {
  const { criteria, generators, labels, regions, remarks, scenario, total } = report;
  const statistics = [
    ['All requests', total] as const,
    ...labels.map((one) => [one.label, one] as const),
    ...Object.entries(regions).map(([region, one]) => [`Region ${region}`, one] as const),
  ];
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${scenario}: ${report.verdict}</title><style>${new Markup(style)}</style></head><body>
<h1>${scenario}</h1>
<p>${report.startedAt} to ${report.endedAt}, load for ${shortNumber(report.durationSeconds)} s, ${report.tasksDelivered} of ${report.tasksPlanned} tasks delivered. Run ${report.runId}.</p>
<div class="verdict"><strong>${verdictOf(report)}</strong>${remarks.map((remark) => html`<br>${remark}`)}</div>
${chartsOf(series)}
<h2>Requests</h2>
${table(['', 'requests', 'failed', 'req/s', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'], statistics.map(rowOf))}
<p>Times in milliseconds: response times, from the planned start of a request to the end of its answer.</p>
<h2>Times of all requests</h2>
${table(
  ['', 'count', 'min', 'mean', 'stdev', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'],
  timeNames.map(([key, name]) => timesRow(name, total[key])).filter(([, count]) => count !== '0'),
)}
<h2>Response codes</h2>
${table(
  ['code', 'count'],
  Object.entries(total.codes).map(([code, count]) => [code, count.toLocaleString('en')]),
)}
${errorsOf(report)}
${
  criteria.length === 0
    ? null
    : html`<h2>Criteria</h2>${table(
        ['criterion', 'value', 'threshold', ''],
        criteria.map(({ message, passed, threshold, unit, value }) => [
          message,
          value === null ? 'no data' : `${shortNumber(value)} ${unit}`,
          `${shortNumber(threshold)} ${unit}`,
          passed ? 'holds' : 'does not hold',
        ]),
      )}`
}
<h2>Load generators</h2>
${table(
  ['task', '', 'CPU max', 'start lateness p99', 'remarks'],
  generators.map(({ cpuPercentMax, healthy, region, remarks: said, startLatenessMs, state, task }) => [
    `${region} ${task}`,
    state === 'lost' ? 'lost' : healthy ? 'healthy' : 'not healthy',
    `${shortNumber(cpuPercentMax)} %`,
    `${shortNumber(startLatenessMs.p99)} ms`,
    said.join(' '),
  ]),
)}
<h2>Report as JSON</h2>
<script type="application/json" id="report">${jsonInside(report)}</script>
<p>It is inside this page, as the element <code>report</code>.</p>
</body></html>
`;
  return page.html;
}

function verdictOf({ status, verdict }: Report): string {
  if (status !== 'complete')
    return `The run ${status === 'failed' ? 'failed' : 'was cancelled'}: what follows is partial.`;
  if (verdict === 'passed') return 'Passed: all criteria hold.';
  if (verdict === 'failed') return 'Failed: criteria do not hold.';
  return verdict === 'invalid' ? 'Invalid: a load generator was not healthy.' : 'Complete, without criteria.';
}

function chartsOf(series: Series): Markup | Markup[] {
  if (series.points.length === 0) return html`<p>Nothing was measured.</p>`;
  const shown = ['requestsPerSecond', 'responseTime', 'users'] as const;
  return shown.map((metric) => lineChart(chartOf(metric, series)));
}

function rowOf([name, { failures, requests, requestsPerSecond, responseTimeMs }]: readonly [
  string,
  StatisticsSummary,
]) {
  const { max, mean, p50, p90, p95, p99, p999 } = responseTimeMs;
  const counts = [requests.toLocaleString('en'), failures.toLocaleString('en'), shortNumber(requestsPerSecond)];
  return [name, ...counts, ...[mean, p50, p90, p95, p99, p999, max].map(shortNumber)];
}

function timesRow(name: string, { count, max, mean, min, p50, p90, p95, p99, p999, stdev }: DistributionSummary) {
  return [name, count.toLocaleString('en'), ...[min, mean, stdev, p50, p90, p95, p99, p999, max].map(shortNumber)];
}

function errorsOf({ labels }: Report): Markup | null {
  const rows = labels.flatMap(({ errors, label }) => errors.map((error) => ({ ...error, label })));
  if (rows.length === 0) return null;
  const kinds = table(
    ['label', 'kind', 'message', 'count'],
    rows.map(({ count, label, message, type }) => [label, type, message, count.toLocaleString('en')]),
  );
  const examples = rows.flatMap(({ example, label, message }) =>
    example === null
      ? []
      : [html`<details><summary>${`${label}: ${message}`}</summary><pre>${example}</pre></details>`],
  );
  return html`<h2>Errors</h2>${kinds}${examples}`;
}

/** Inside a script element nothing but its end counts. */
function jsonInside(report: Report): Markup {
  return new Markup(JSON.stringify(report).replaceAll('<', '\\u003c'));
}
