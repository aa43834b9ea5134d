import { describe, expect, it } from 'vitest';
import type { CountReport } from '../../practice-target/served-counts.ts';
import { report, statistics } from '../summary/fixtures/report.ts';
import { checkAgainstTarget } from './target-check.ts';

function counted(counts: Record<number, number>): CountReport {
  const entries = Object.entries(counts).map(([status, count]) => ({
    method: 'GET',
    path: '/',
    status: Number(status),
    count,
  }));
  const served = entries.reduce((sum, { count }) => sum + count, 0);
  return { received: served, served, abandoned: 0, underWay: 0, counts: entries };
}

const reported = (codes: Record<string, number>, unfinishedRequests = 0) =>
  report({ total: statistics(1_000, 1, { codes, unfinishedRequests }) });

describe('a report against its target', () => {
  it('matches when every code was counted as often', () => {
    const { matches, words } = checkAgainstTarget(reported({ '200': 990, '500': 10 }), counted({ 200: 990, 500: 10 }));
    expect(matches).toBe(true);
    expect(words).toContain('exactly 1,000 requests');
  });

  it('counts the same code over all paths, and no code that is no answer', () => {
    const target = counted({ 200: 4 });
    target.counts.push({ method: 'POST', path: '/x', status: 200, count: 6 });
    expect(checkAgainstTarget(reported({ '200': 10, '0': 3 }), target).matches).toBe(true);
  });

  it('does not match when sums agree but codes do not, or when anything is missing', () => {
    expect(checkAgainstTarget(reported({ '200': 10 }), counted({ 200: 9, 500: 1 })).matches).toBe(false);
    expect(checkAgainstTarget(reported({ '200': 10 }), counted({ 200: 11 })).words).toContain('+1 x 200');
    expect(checkAgainstTarget(reported({ '200': 10 }, 5), counted({ 200: 9 })).words).toContain('-1 x 200');
    expect(checkAgainstTarget(reported({}), counted({})).matches).toBe(true);
  });

  it('allows the target as many more as were cut off', () => {
    expect(checkAgainstTarget(reported({ '200': 10 }, 2), counted({ 200: 12 })).matches).toBe(true);
    expect(checkAgainstTarget(reported({ '200': 10 }, 2), counted({ 200: 13 })).matches).toBe(false);
  });
});
