/** How many requests took how long: bars on a logarithmic scale of time. */
import Box from '@cloudscape-design/components/box';
import { useMemo } from 'react';
import type { RunDistribution } from '../../../../core/api/runs.ts';
import { chartImage } from '../../charts/chart-image.ts';
import { seriesColour } from '../../charts/colours.ts';
import { SaveMenu } from '../../charts/save-menu.tsx';
import { toCsv } from '../../format/csv.ts';
import { formatCount, formatMs } from '../../format/numbers.ts';
import { usePreferences } from '../../preferences/preferences.ts';
import { type Bar, barsOf } from './histogram-bars.ts';

const WIDTH = 900;
const HEIGHT = 180;

export function Histogram({ title, buckets }: { title: string; buckets: RunDistribution['responseTime'] }) {
  const { isDark } = usePreferences();
  const bars = useMemo(() => barsOf(buckets), [buckets]);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const [first] = bars;
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return <Box>Nothing was measured in this time.</Box>;
  const barWidth = WIDTH / bars.length;
  const csv = () =>
    toCsv([['fromUs', 'toUs', 'count'], ...buckets.map(({ count, fromUs, toUs }) => [fromUs, toUs, count])]);
  const image = () => {
    const chart = drawn(bars, seriesColour(0, isDark));
    const name = `${title}: ${formatMs(first.fromUs / 1_000)} to ${formatMs(last.toUs / 1_000)}`;
    return chartImage({ title: name, chart, width: WIDTH, height: HEIGHT, isDark });
  };
  return (
    <div>
      <div className="ends">
        <Box variant="h3">How many took how long</Box>
        <SaveMenu title={title} csv={csv} image={image} />
      </div>
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

function drawn(bars: readonly Bar[], colour: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const barWidth = WIDTH / bars.length;
  context.fillStyle = colour;
  for (const [index, { count }] of bars.entries()) {
    const height = (count / most) * HEIGHT;
    context.fillRect(index * barWidth, HEIGHT - height, Math.max(1, barWidth - 1), height);
  }
  return canvas;
}
