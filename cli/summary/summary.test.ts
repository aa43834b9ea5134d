import { describe, expect, it } from 'vitest';
import { createStyle } from '../terminal/style.ts';
import { displayWidth } from '../terminal/text.ts';
import { criterion, generator, report, statistics, times } from './fixtures/report.ts';
import { renderSummary } from './summary.ts';
import { layOut } from './table.ts';
import { exitCodeOf, verdictLine } from './verdict.ts';

const style = createStyle({ colours: false, unicode: true });
const ESCAPE = '\u001b';

function summary(change: Parameters<typeof report>[0] = {}, columns: number | null = 100): string {
  return renderSummary(report(change), { columns, style, written: [] });
}

const cost = {
  usd: 9.57,
  items: [
    { what: 'S3: reads', quantity: 200_000, unit: 'requests', usd: 0.08 },
    { what: 'Fargate, ARM: CPU', quantity: 205, unit: 'vCPU-hours', usd: 6.64 },
    { what: 'Fargate, ARM: memory', quantity: 410, unit: 'GB-hours', usd: 1.46 },
    { what: 'Public IPv4 addresses of tasks', quantity: 102, unit: 'hours', usd: 0.51 },
    { what: 'Live data', quantity: 1, unit: 'GB', usd: 0.88 },
  ],
  remarks: [],
};

const troubled = {
  verdict: 'failed',
  tasksDelivered: 3,
  tasksLost: 1,
  labels: [
    { label: 'Home page', ...statistics(4_120, 0.3) },
    {
      label: 'A label that is rather long so that it has to be cut on narrow terminals',
      ...statistics(8_240, 9, { failures: 31 }),
    },
  ],
  total: statistics(12_360, 4, {
    failures: 31,
    lateStarts: 12,
    droppedStarts: 3,
    plannedStarts: 12_363,
    codes: { '500': 28, '200': 12_329 },
    errors: [
      { type: 'timeout', message: 'no answer within 10 s', count: 3, example: null },
      { type: 'http', message: '500 Internal Server Error', count: 28, example: 'POST /api/orders: "broken\n pipe"' },
    ],
  }),
  criteria: [
    criterion(),
    criterion({
      message: 'fail of Place an order>0.2%',
      passed: false,
      triggered: true,
      triggeredAtSecond: 12,
      value: 0.375,
      threshold: 0.2,
      unit: 'percent',
    }),
    criterion({ message: 'hits<10, continue', triggered: true, value: null, threshold: 10, unit: 'count' }),
  ],
  generators: [
    generator('eu-west', 0),
    generator('us-east', 0, { state: 'lost', remarks: ['killed by SIGKILL'] }),
    generator('us-east', 1, { healthy: false, remarks: ['CPU above 95 % for 14 s'] }),
  ],
} satisfies Parameters<typeof report>[0];

describe('the summary', () => {
  it('shows labels, regions and total in aligned columns, and one line for healthy generators', () => {
    const options = { columns: 100, style, written: [['report', '/tmp/out.json']] as [string, string][] };
    expect(renderSummary(report({ criteria: [criterion()], verdict: 'passed' }), options)).toBe(
      `Quick start  4 tasks, 2 regions, 20 s, response times in ms

label           requests  failed  req/s   mean    p50    p95   p99   max
Home page          4,120      0%  206.0  0.360  0.300  0.720  1.23  3.69
Product list       4,120      0%  206.0   4.80   4.00   9.60  16.4  49.2
Place an order     4,120      0%  206.0   10.8   9.00   21.6  36.9   111
────────────────────────────────────────────────────────────────────────
eu-west            6,180      0%  309.0   4.80   4.00   9.60  16.4  49.2
us-east            6,180      0%  309.0   4.80   4.00   9.60  16.4  49.2
────────────────────────────────────────────────────────────────────────
total             12,360      0%  618.0   4.80   4.00   9.60  16.4  49.2

codes       200 x 12,360   1.48 MB sent, 50.7 MB received
criteria    ✓ p95>200ms for 5s   12.3 ms, threshold 200 ms
generators  4 of 4 tasks healthy   CPU up to 42%, starts late by 0.620 ms (p99)
report      /tmp/out.json

PASSED  1 of 1 criteria held
`,
    );
  });

  it('shows everything that went wrong, the worst first', () => {
    const lines = summary(troubled, null).split('\n');
    expect(lines.slice(lines.indexOf('', 2))).toEqual([
      '',
      'codes       200 x 12,329   500 x 28   1.48 MB sent, 50.7 MB received',
      'starts      of 12,363 planned, 12 waited for a free user, 3 never began',
      '            p95 is 9.60 ms from the planned start, 9.60 ms from when a request was sent',
      'errors      28 x http: 500 Internal Server Error',
      '                for example POST /api/orders: "broken pipe"',
      '            3 x timeout: no answer within 10 s',
      'criteria    ✓ p95>200ms for 5s   12.3 ms, threshold 200 ms',
      '            ✗ fail of Place an order>0.2%   triggered at second 12: 0.38%, threshold 0.2%',
      '            ! hits<10, continue   triggered: no data, threshold 10',
      'generators  us-east/0   lost: killed by SIGKILL',
      '            us-east/1   unhealthy: CPU above 95 % for 14 s',
      '            1 of 4 tasks healthy   CPU up to 42%, starts late by 0.620 ms (p99)',
      'note        1 task of 4 lost',
      '',
      'FAILED  1 of 3 criteria did not hold',
      '',
    ]);
  });

  it('stays within narrow terminals by dropping columns, cutting labels and wrapping', () => {
    for (const columns of [60, 50]) {
      const lines = summary(troubled, columns).split('\n');
      expect(Math.max(...lines.map(displayWidth))).toBeLessThan(columns);
    }
    const lines = summary(troubled, 60).split('\n');
    expect(lines[2]).toMatch(/^label +requests +failed +req\/s +p50 +p95 +p99$/);
    expect(lines[4]).toMatch(/^A label that … {2}/);
  });

  it('shows at most 40 labels and says how many more there are', () => {
    const labels = Array.from({ length: 45 }, (_, i) => ({ label: `label ${i}`, ...statistics(1_000 + i, 1) }));
    const text = summary({ labels });
    expect(text).not.toContain('label 4 ');
    expect(text).toContain('label 5 ');
    expect(text).toContain('label 44 ');
    expect(text).toContain('and 5 labels with fewer requests: see the report');
  });

  it('names generators of which the same is to be said together, and each remark once', () => {
    const lost = { state: 'lost' as const, healthy: false, remarks: ['lost: exit code 1'] };
    const text = summary({
      status: 'failed',
      verdict: 'none',
      remarks: ['too many tasks were lost. a/0: exit code 1. Use more.', 'its numbers are not whole'],
      generators: [generator('a', 0, lost), generator('a', 1, lost), generator('b', 0, { remarks: ['CPU at 97 %'] })],
    });
    expect(text).toContain('generators  a/0, a/1   lost: exit code 1\n            b/0   remark: CPU at 97 %\n');
    expect(text).toMatch(/note +Use more\.\n +its numbers are not whole\n\nRUN FAILED {2}too many tasks were lost\n$/);
  });

  it('shows an empty run without nonsense', () => {
    const zero = { count: 0, min: 0, mean: 0, stdev: 0, p50: 0, p75: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };
    const total = statistics(0, 1, { responseTimeMs: zero, serviceTimeMs: zero, codes: {} });
    const text = summary({ labels: [], regions: {}, total, generators: [], durationSeconds: 0, verdict: 'none' });
    expect(text).not.toMatch(/NaN|Infinity|undefined|null|codes|generators/);
    expect(text).toMatch(/^total +0 +0% +0 +0 +0 +0 +0 +0$/m);
  });

  it('rounds a time of a criterion as it does in the table', () => {
    const total = statistics(5, 1);
    total.responseTimeMs.p95 = 3.515;
    const text = summary({ total, criteria: [criterion({ value: 0.003515 })] });
    expect(text).toMatch(/^total .* 3\.52 /m);
    expect(text).toContain('3.52 ms, threshold');
  });

  it('says what opening connections took where names were resolved or TLS was spoken', () => {
    const total = statistics(100, 4, {
      resolveMs: times(0.5, 10),
      connectMs: times(1, 20),
      tlsHandshakeMs: times(2, 20),
    });
    const lines = summary({ total }, null).split('\n');
    const first = lines.findIndex((line) => line.startsWith('network'));
    expect(lines.slice(first, first + 3)).toEqual([
      'network     resolving names x 10   p50 0.500 ms, p99 2.05 ms',
      '            TCP x 20   p50 1.00 ms, p99 4.10 ms',
      '            TLS handshake x 20   p50 2.00 ms, p99 8.20 ms',
    ]);
    expect(summary()).not.toContain('network');
  });

  it('says that nothing was answered', () => {
    expect(summary({ total: statistics(5, 1, { codes: {}, failures: 5 }) })).toContain('none: no request was answered');
  });

  it('lets nothing from outside command the terminal', () => {
    const hostile = `${ESCAPE}[2J\u0007\r\nhostile`;
    const text = summary({
      scenario: hostile,
      remarks: [hostile],
      labels: [{ label: hostile, ...statistics(1, 1) }],
      criteria: [criterion({ message: hostile })],
      generators: [generator(hostile, 0, { remarks: [hostile] })],
      total: statistics(1, 1, { errors: [{ type: hostile, message: hostile, count: 1, example: `${hostile} e.g.` }] }),
    });
    expect(text).not.toContain(ESCAPE);
    expect(text).not.toContain('\u0007');
    expect(text.match(/hostile/g)?.length).toBeGreaterThanOrEqual(7);
  });

  it('paints failures only, and the marks', () => {
    const colourful = createStyle({ colours: true, unicode: true });
    const text = renderSummary(report(troubled), { columns: 100, style: colourful, written: [] });
    expect(text).toContain(`${ESCAPE}[31m✗${ESCAPE}[39m`);
    expect(text).toContain(`${ESCAPE}[32m✓${ESCAPE}[39m`);
    expect(text).toContain(`${ESCAPE}[31m 0.38%${ESCAPE}[39m`);
    expect(text).not.toContain(`${ESCAPE}[31m    0%`);
  });
});

describe('columns', () => {
  it('keeps columns that may not go, even when they do not fit', () => {
    const columns = [
      { title: 'name', align: 'left' as const, dropOrder: 0 },
      { title: 'first', align: 'right' as const, dropOrder: 1 },
      { title: 'second', align: 'right' as const, dropOrder: 2 },
    ];
    const rows = [['a name of more than twelve', '1', '2'].map((text) => ({ text }))];
    expect(layOut(columns, rows, 100, '…')).toHaveLength(2);
    expect(layOut(columns, rows, 20, '…')).toEqual(['name           first', 'a name of mo…      1']);
    expect(layOut(columns, rows, 5, '…')).toEqual(['name        ', 'a name of m…']);
  });
});

describe('verdict and exit code', () => {
  const of = (change: Parameters<typeof report>[0], interrupted = false) => {
    const made = report(change);
    return [exitCodeOf(made, interrupted), verdictLine(made, style)];
  };

  it('says why a run is invalid that was stopped by a criterion, too', () => {
    const remarks = ['Stopped by a criterion: fail>50%', 'Invalid: 1 generator was too busy. local/0: too late.'];
    const line = verdictLine(report({ verdict: 'invalid', remarks }), style);
    expect(line).toBe('INVALID  1 generator was too busy');
    const lines = summary({ verdict: 'invalid', remarks });
    expect(lines.match(/Stopped by a criterion: fail>50%/g)).toHaveLength(1);
    expect(lines.match(/1 generator was too busy/g)).toHaveLength(1);
  });

  it('follows status and verdict', () => {
    expect(of({ verdict: 'none' })).toEqual([0, 'DONE  no pass/fail criteria to judge by']);
    expect(of({ verdict: 'passed', criteria: [criterion()] })).toEqual([0, 'PASSED  1 of 1 criteria held']);
    expect(of({ verdict: 'failed', criteria: [criterion({ passed: false })] })).toEqual([
      1,
      'FAILED  1 of 1 criteria did not hold',
    ]);
    expect(of({ verdict: 'invalid', remarks: ['a task was too busy'] })).toEqual([3, 'INVALID  a task was too busy']);
    expect(of({ verdict: 'invalid', remarks: ['Invalid: too busy. a/1: CPU at 97 %.'] })[1]).toBe('INVALID  too busy');
    expect(of({ status: 'failed', verdict: 'none', remarks: ['2 of 4 tasks were lost'] })).toEqual([
      3,
      'RUN FAILED  2 of 4 tasks were lost',
    ]);
    expect(of({ status: 'cancelled', verdict: 'none' })).toEqual([
      130,
      'CANCELLED  the report holds what was measured until then',
    ]);
    expect(of({ verdict: 'passed', criteria: [criterion()] }, true)[0]).toBe(130);
  });
});

describe('what a run cost', () => {
  it('is one line: the largest items, and all others', () => {
    const text = renderSummary(report(), { columns: null, style, written: [], cost });
    expect(text).toContain(
      'about $9.57: Fargate, ARM: CPU $6.64, Fargate, ARM: memory $1.46, Live data $0.88, all others $0.59; list prices and assumptions, no bill',
    );
    for (const unknown of [{ cost: null }, {}]) {
      expect(renderSummary(report(), { columns: null, style, written: [], ...unknown })).not.toContain('cost');
    }
  });
});
