import type { RunCost } from '../../core/api/cost.ts';
import { formatUsd } from '../../core/cost/format-usd.ts';

/** What a line holds; the rest is one number. */
const ITEMS_SHOWN_MAX = 3;

/** `about $9.57: Fargate, ARM: CPU $6.64, ..., all others $0.96; no bill, but list prices and assumptions`. */
export function costLine({ items, usd }: RunCost): string {
  const largest = items.toSorted((a, b) => b.usd - a.usd).slice(0, ITEMS_SHOWN_MAX);
  const others = usd - largest.reduce((sum, item) => sum + item.usd, 0);
  const parts = [...largest, ...(items.length > largest.length ? [{ what: 'all others', usd: others }] : [])];
  const shown = parts.map((part) => `${part.what} ${formatUsd(part.usd)}`).join(', ');
  return `about ${formatUsd(usd)}: ${shown}; list prices and assumptions, no bill`;
}
