/** How many requests took how long: bars on a logarithmic scale of time. */
import Box from '@cloudscape-design/components/box';
import { useMemo } from 'react';
import type { RunDistribution } from '../../../../core/api/runs.ts';
import { seriesColour } from '../../charts/colours.ts';
import { formatCount, formatMs } from '../../format/numbers.ts';
import { usePreferences } from '../../preferences/preferences.ts';
import { barsOf } from './histogram-bars.ts';

const WIDTH = 900;
const HEIGHT = 180;

export function Histogram({ buckets }: { buckets: RunDistribution['responseTime'] }) {
  const { isDark } = usePreferences();
  const bars = useMemo(() => barsOf(buckets), [buckets]);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const [first] = bars;
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return <Box>Nothing was measured in this time.</Box>;
  const barWidth = WIDTH / bars.length;
  return (
    <div>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width="100%"
        height={HEIGHT}
        preserveAspectRatio="none"
        role="img"
        aria-label="Response times"
      >
        {bars.map(({ count, fromUs, toUs }, index) => (
          <rect
            key={fromUs}
            x={index * barWidth}
            y={HEIGHT - (count / most) * HEIGHT}
            width={Math.max(1, barWidth - 1)}
            height={(count / most) * HEIGHT}
            fill={seriesColour(0, isDark)}
          >
            <title>{`${formatMs(fromUs / 1_000)} to ${formatMs(toUs / 1_000)}: ${formatCount(count)}`}</title>
          </rect>
        ))}
      </svg>
      <div className="ends">
        <span>{formatMs(first.fromUs / 1_000)}</span>
        <span>{formatMs(last.toUs / 1_000)}</span>
      </div>
    </div>
  );
}
