/** A line as small as a word. */
import { usePreferences } from '../preferences/preferences.ts';
import { seriesColour } from './colours.ts';

const WIDTH = 96;
const HEIGHT = 22;

/** `label`: what it shows, for who cannot see it. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const { isDark } = usePreferences();
  if (values.length < 2) return null;
  const max = Math.max(...values, Number.MIN_VALUE);
  const points = values.map(
    (value, index) => `${(index / (values.length - 1)) * WIDTH},${HEIGHT - 1 - (value / max) * (HEIGHT - 2)}`,
  );
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <title>{label}</title>
      <polyline points={points.join(' ')} fill="none" stroke={seriesColour(0, isDark)} strokeWidth="1.5" />
    </svg>
  );
}
