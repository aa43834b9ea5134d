/**
 * A chart over the seconds of a run, drawn on a canvas by uPlot: thousands of points in some milliseconds. Brushing chooses the time range
 * of the page, a double click all of it again; the cursor is shared with the other charts of the page.
 */
import 'uplot/dist/uPlot.min.css';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { memo, type ReactNode, type RefObject, useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import { formatSecond } from '../../../core/duration.ts';
import { SECOND_STEPS } from '../../../core/second-marks.ts';
import { toCsv } from '../format/csv.ts';
import { formatNumber } from '../format/numbers.ts';
import { usePreferences } from '../preferences/preferences.ts';
import { chartImage } from './chart-image.ts';
import { chartColours, seriesColour } from './colours.ts';
import { SaveMenu } from './save-menu.tsx';
import { useTimeRange } from './time-range.tsx';

export interface ChartSeries {
  name: string;
  /** One for each second of the chart; null: nothing there, which leaves a gap. */
  values: readonly (number | null)[];
  /** Of the palette; the place in the list when left out. */
  colour?: number | 'bad';
  isDashed?: boolean;
  isFilled?: boolean;
  isStepped?: boolean;
}

export interface TimeChartProps {
  title: string;
  description?: ReactNode;
  info?: ReactNode;
  /** More to choose, beside the menu. */
  actions?: ReactNode;
  /** Seconds from go, rising: the x of all series. */
  seconds: readonly number[];
  series: readonly ChartSeries[];
  /** Of the y axis and the legend. */
  format?: (value: number) => string;
  height?: number;
  /** What x is called and how it is shown: seconds from go when left out. */
  xName?: string;
  formatX?: (x: number) => string;
  /** False: brushing chooses nothing. */
  isBrushable?: boolean;
}

const HEIGHT = 220;
const AXIS_FONT = '12px "Open Sans", sans-serif';
/** A brush over less is a click. */
const BRUSH_PIXELS_MIN = 6;

export function TimeChart(props: TimeChartProps) {
  const { title, description, info, actions, seconds, series, format = formatNumber, height = HEIGHT } = props;
  const { xName = 'Time', formatX = formatSecond, isBrushable = true } = props;
  const { isDark } = usePreferences();
  const { range, setRange } = useTimeRange();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const names = series.map(({ name }) => name).join('\n');
  const data = useMemo(
    () => [seconds, ...series.map(({ values }) => values)] as unknown as uPlot.AlignedData,
    [seconds, series],
  );
  const latest = useRef({ data, series, format, formatX, setRange, isDark });
  latest.current = { data, series, format, formatX, setRange, isDark };

  // A chart is made anew only when its lines or colours change; new points are given to the one that is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `names` stands for the lines.
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const options = optionsOf({ isDark, height, width: element.clientWidth, xName, isBrushable, latest });
    const made = new uPlot(options, latest.current.data, element);
    plot.current = made;
    const resizing = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    resizing.observe(element);
    return () => {
      resizing.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, isDark, height]);

  useEffect(() => {
    plot.current?.setData(data, false);
    const first = (isBrushable ? range?.from : undefined) ?? seconds[0] ?? 0;
    const last = (isBrushable ? range?.to : undefined) ?? seconds.at(-1) ?? first;
    plot.current?.setScale('x', { min: first, max: Math.max(last, first + 1) });
    if (plot.current !== null) showLatest(plot.current);
  }, [data, range, seconds, isBrushable]);

  const saving = useMemo(
    (): Saving => ({
      csv() {
        const { data, series } = latest.current;
        const [xs, ...values] = data;
        return toCsv([
          [xName === 'Time' ? 'second' : xName, ...series.map(({ name }) => name)],
          ...[...xs].map((x, i) => [x, ...values.map((line) => line[i] ?? null)]),
        ]);
      },
      async image() {
        const { isDark, series } = latest.current;
        if (plot.current === null) return null;
        return chartImage({
          title,
          chart: plot.current.ctx.canvas,
          width: plot.current.width,
          height,
          isDark,
          legend: series.map((one, index) => ({ name: one.name, colour: colourOf(one, index, isDark) })),
        });
      },
    }),
    [title, height, xName],
  );
  const label = `${title}: ${series.map(({ name }) => name).join(', ')}`;
  return <ChartFrame {...{ title, label, description, info, actions, saving, holder }} />;
}

interface Saving {
  csv(): string;
  image(): Promise<Blob | null>;
}

interface ChartFrameProps extends Pick<TimeChartProps, 'title' | 'description' | 'info' | 'actions'> {
  label: string;
  saving: Saving;
  /** Gets the element that the chart is drawn in. */
  holder: RefObject<HTMLDivElement | null>;
}

/** What is around a chart. New points are given to the chart alone: rendering its frame would take longer than drawing them. */
const ChartFrame = memo(function ChartFrame(props: ChartFrameProps) {
  const { title, label, description, info, actions, saving, holder } = props;
  return (
    <Container
      fitHeight
      header={
        <Header
          variant="h3"
          headingTagOverride="h2"
          description={description}
          info={info}
          actions={
            <SpaceBetween direction="horizontal" size="xs" alignItems="center">
              {actions}
              <SaveMenu title={title} csv={saving.csv} image={saving.image} />
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
    >
      <div ref={holder} role="img" aria-label={label} />
    </Container>
  );
});

interface Latest {
  current: {
    series: readonly ChartSeries[];
    format: (value: number) => string;
    formatX: (x: number) => string;
    setRange: ReturnType<typeof useTimeRange>['setRange'];
  };
}

function optionsOf({
  height,
  isBrushable,
  isDark,
  latest,
  width,
  xName,
}: {
  height: number;
  isBrushable: boolean;
  isDark: boolean;
  width: number;
  xName: string;
  latest: Latest;
}): uPlot.Options {
  const colours = chartColours(isDark);
  const axis = {
    font: AXIS_FONT,
    stroke: colours.axis,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { stroke: colours.grid },
  };
  const show = (value: number | null): string =>
    value === null || value === undefined ? '–' : latest.current.format(value);
  return {
    width,
    height,
    scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] } },
    cursor: { sync: { key: isBrushable ? 'run' : xName }, drag: { x: isBrushable, y: false, setScale: false } },
    legend: { live: true },
    axes: [
      { ...axis, incrs: [...SECOND_STEPS], values: (_plot, splits) => splits.map((x) => latest.current.formatX(x)) },
      { ...axis, size: 64, values: (_plot, splits) => splits.map(show) },
    ],
    series: [
      { label: xName, value: (_plot, x) => (x === null ? '–' : latest.current.formatX(x)) },
      ...latest.current.series.map((one, index) => lineOf(one, index, isDark, show)),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width: pixels } = plot.select;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          if (pixels < BRUSH_PIXELS_MIN) return;
          const from = Math.max(0, Math.floor(plot.posToVal(left, 'x')));
          latest.current.setRange({ from, to: Math.max(from + 1, Math.ceil(plot.posToVal(left + pixels, 'x'))) });
        },
      ],
      setLegend: [showLatest],
      ready: [(plot) => plot.over.addEventListener('dblclick', () => latest.current.setRange(null))],
    },
  };
}

/** While nobody points at a chart, its legend says what it shows last. */
function showLatest(plot: uPlot): void {
  if (typeof plot.cursor.idx === 'number') return;
  const [, first = []] = plot.data;
  const index = first.length - 1 - [...first].reverse().findIndex((value) => value !== null && value !== undefined);
  if (index < first.length) plot.setLegend({ idx: index }, false);
}

function colourOf({ colour }: ChartSeries, index: number, isDark: boolean): string {
  return colour === 'bad' ? chartColours(isDark).bad : seriesColour(colour ?? index, isDark);
}

function lineOf(
  one: ChartSeries,
  index: number,
  isDark: boolean,
  show: (value: number | null) => string,
): uPlot.Series {
  const colour = colourOf(one, index, isDark);
  return {
    label: one.name,
    stroke: colour,
    width: 1.5,
    points: { show: false },
    value: (_plot, value) => show(value),
    ...(one.isDashed === true ? { dash: [6, 4] } : {}),
    ...(one.isFilled === true ? { fill: `${colour}33` } : {}),
    ...(one.isStepped === true && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
  };
}
