import { describe, expect, it } from 'vitest';
import type { Report } from '../../core/report/report.ts';
import { REPORT_SCHEMA } from '../../core/report/report.ts';
import { summarize, summarizeDistribution } from '../../core/report/summarize.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { runPage } from './run-page.ts';

const hostile = '</script><script>alert(1)</script>"\'&\ud800';

function reportOf(name: string): Report {
  const statistics = new Statistics();
  for (const ms of [5, 10, 700]) statistics.serviceTime.record(ms * 1_000);
  statistics.requests = 3;
  statistics.failures = 1;
  statistics.countCode(200, 2);
  statistics.countCode(500, 1);
  statistics.countError({ type: 'http', message: name, count: 1, example: name });
  const total = summarize(statistics, 10);
  return {
    schema: REPORT_SCHEMA,
    runId: 'run-1',
    scenario: name,
    status: 'complete',
    verdict: 'invalid',
    remarks: [name],
    partial: false,
    tasksPlanned: 1,
    tasksDelivered: 1,
    tasksLost: 0,
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:10.000Z',
    durationSeconds: 10,
    total,
    regions: { local: total },
    labels: [{ label: name, ...total }],
    generators: [],
    criteria: [],
  };
}

const point = {
  seconds: 1,
  users: 2,
  requests: 3,
  failures: 1,
  requestsPerSecond: 3,
  bytesSentPerSecond: 0,
  bytesReceivedPerSecond: 0,
  codes: {},
  responseTimeMs: summarizeDistribution(new Statistics().serviceTime),
};

describe('the page of a run', () => {
  it('holds its report, and asks nobody for anything', () => {
    const report = reportOf('Shop');
    const page = runPage(report, {
      resolutionSeconds: 1,
      points: [
        { ...point, second: 0 },
        { ...point, second: 1 },
      ],
    });
    const [, json = ''] = /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(page) ?? [];
    expect(JSON.parse(json)).toEqual(report);
    expect(page).toContain('Invalid: a load generator was not healthy.');
    expect(page).not.toMatch(/\b(?:src|href)=|url\(|@import/);
    expect(page.match(/<svg/g)).toHaveLength(3);
  });

  it('takes whatever a run says for text', () => {
    const page = runPage(reportOf(hostile), { resolutionSeconds: 1, points: [] });
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('alert(1)</script>');
    expect(page).toContain('Nothing was measured.');
  });
});
