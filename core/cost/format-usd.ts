/** Dollars as people read them: `$9.57`, `$1,234`, `less than $0.01`. */
export function formatUsd(usd: number): string {
  if (usd > 0 && usd < 0.01) return 'less than $0.01';
  const digits = usd >= 100 ? 0 : 2;
  return `$${usd.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
