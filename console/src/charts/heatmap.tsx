/** How response times are spread over time: a column for some seconds, a row for some milliseconds, darker where there are more. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { memo, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Heatmap } from '../../../core/api/runs.ts';
import { formatSecond } from '../../../core/duration.ts';
import { secondMarks } from '../../../core/second-marks.ts';
import { toCsv } from '../format/csv.ts';
import { formatAmount, formatMs } from '../format/numbers.ts';
import { usePreferences } from '../preferences/preferences.ts';
import { chartImage } from './chart-image.ts';
import { chartColours } from './colours.ts';
import { SaveMenu } from './save-menu.tsx';
import { useTimeRange } from './time-range.tsx';

const HEIGHT = 240;
const LEFT = 64;
const BOTTOM = 22;
const ROW_LABELS = 6;
const COLUMN_LABELS = 6;
const COLUMN_LABEL_PIXELS = 70;
const BRUSH_PIXELS_MIN = 6;

interface Drawn {
  data: Heatmap;
  from: number;
  to: number;
}

export const HeatmapChart = memo(function HeatmapChart({ title, data }: { title: string; data: Heatmap }) {
  const { isDark } = usePreferences();
  const { range, setRange } = useTimeRange();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [told, setTold] = useState('');
  const brushFrom = useRef<number | null>(null);
  const last = data.columns.at(-1);
  const from = range?.from ?? data.columns[0]?.second ?? 0;
  const to = range?.to ?? (last === undefined ? 1 : last.second + last.seconds);
  const drawn: Drawn = { data, from, to };
  const latest = useRef(drawn);
  latest.current = drawn;

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const redraw = () => draw(element, { data, from, to }, isDark);
    redraw();
    const resizing = new ResizeObserver(redraw);
    resizing.observe(element);
    return () => resizing.disconnect();
  }, [data, from, to, isDark]);

  const secondAt = (event: PointerEvent<HTMLCanvasElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left - LEFT) / (width - LEFT)));
    return from + share * (to - from);
  };
  const finishBrush = (event: PointerEvent<HTMLCanvasElement>) => {
    const begin = brushFrom.current;
    brushFrom.current = null;
    if (begin === null) return;
    const end = secondAt(event);
    const pixels = (Math.abs(end - begin) / (to - from)) * event.currentTarget.clientWidth;
    if (pixels < BRUSH_PIXELS_MIN) return;
    const first = Math.floor(Math.min(begin, end));
    setRange({ from: first, to: Math.max(first + 1, Math.ceil(Math.max(begin, end))) });
  };
  const csv = () =>
    toCsv([
      ['second', 'seconds', ...data.edgesUs.slice(0, -1).map((us) => `${us} us`)],
      ...data.columns.map(({ second, seconds, counts }) => [second, seconds, ...counts]),
    ]);
  const image = async () => {
    const chart = canvas.current;
    return chart === null ? null : chartImage({ title, chart, width: chart.clientWidth, height: HEIGHT, isDark });
  };
  return (
    <Container
      header={
        <Header
          variant="h3"
          headingTagOverride="h2"
          description={told === '' ? 'Requests by response time and time of their end.' : told}
          actions={<SaveMenu title={title} csv={csv} image={image} />}
        >
          {title}
        </Header>
      }
    >
      {data.columns.length === 0 ? (
        <Box textAlign="center">Nothing was measured here.</Box>
      ) : (
        <canvas
          ref={canvas}
          className="heatmap"
          style={{ width: '100%', height: HEIGHT }}
          role="img"
          aria-label={`${title}: how response times are spread over time`}
          onPointerDown={(event) => {
            brushFrom.current = secondAt(event);
          }}
          onPointerUp={finishBrush}
          onPointerMove={(event) => setTold(describeCell(latest.current, secondAt(event), event))}
          onPointerLeave={() => setTold('')}
          onDoubleClick={() => setRange(null)}
        />
      )}
    </Container>
  );
});

function describeCell({ data }: Drawn, second: number, event: PointerEvent<HTMLCanvasElement>): string {
  const { height, top } = event.currentTarget.getBoundingClientRect();
  const rows = data.edgesUs.length - 1;
  const row = Math.floor((1 - (event.clientY - top) / (height - BOTTOM)) * rows);
  const column = data.columns.find((one) => second >= one.second && second < one.second + one.seconds);
  if (column === undefined || row < 0 || row >= rows) return '';
  const between = `${formatMs(data.edgesUs[row]! / 1_000)} to ${formatMs(data.edgesUs[row + 1]! / 1_000)}`;
  return `${formatSecond(column.second)}: ${formatAmount(column.counts[row] ?? 0, 'request')} took ${between}`;
}

function draw(canvas: HTMLCanvasElement, { data, from, to }: Drawn, isDark: boolean): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(HEIGHT * scale);
  context.scale(scale, scale);
  const colours = chartColours(isDark);
  const rows = data.edgesUs.length - 1;
  const plotWidth = width - LEFT;
  const plotHeight = HEIGHT - BOTTOM;
  const rowHeight = plotHeight / rows;
  // By the second: a column of ten seconds is not darker for being longer.
  const most = Math.max(1e-9, ...data.columns.map(({ counts, seconds }) => Math.max(...counts) / seconds));
  for (const { counts, second, seconds } of data.columns) {
    const left = LEFT + ((second - from) / (to - from)) * plotWidth;
    const right = LEFT + ((second + seconds - from) / (to - from)) * plotWidth;
    if (right <= LEFT || left >= width) continue;
    for (const [row, count] of counts.entries()) {
      if (count === 0) continue;
      // The root shows few beside many.
      const strength = Math.sqrt(count / seconds / most);
      context.fillStyle = isDark
        ? `rgba(120, 190, 255, ${0.12 + 0.88 * strength})`
        : `rgba(10, 80, 170, ${0.1 + 0.9 * strength})`;
      const begin = Math.max(LEFT, left);
      context.fillRect(
        begin,
        plotHeight - (row + 1) * rowHeight,
        Math.max(1, right - begin - 0.5),
        Math.max(1, rowHeight - 0.5),
      );
    }
  }
  context.fillStyle = colours.axis;
  context.font = '12px "Open Sans", sans-serif';
  context.textAlign = 'right';
  for (let i = 0; i <= ROW_LABELS; i++) {
    const row = Math.round((i / ROW_LABELS) * rows);
    context.fillText(formatMs(data.edgesUs[row]! / 1_000), LEFT - 6, Math.max(10, plotHeight - row * rowHeight + 4));
  }
  context.textAlign = 'center';
  const labels = Math.max(1, Math.min(COLUMN_LABELS, Math.floor(plotWidth / COLUMN_LABEL_PIXELS)));
  for (const second of secondMarks(from, to, labels)) {
    const x = LEFT + ((second - from) / (to - from)) * plotWidth;
    context.fillText(formatSecond(second), Math.min(x, width - 22), HEIGHT - 6);
  }
}
