/** A chart of lines over the seconds of a run, as an SVG that needs nothing else: in a page, or by itself. */
import { formatSecond } from '../../core/duration.ts';
import { secondMarks } from '../../core/second-marks.ts';
import { html, type Markup } from '../markup/markup.ts';

export interface ChartLine {
  name: string;
  /** One for each x; null leaves a gap. */
  values: readonly (number | null)[];
}

/** A chart over the seconds of a run. */
export interface Chart {
  title: string;
  /** Stands behind the numbers of the axis. */
  unit: string;
  /** Rising, from go. */
  seconds: readonly number[];
  lines: readonly ChartLine[];
}

interface Size {
  width: number;
  height: number;
}

const INLINE: Size = { width: 900, height: 220 };
const LEFT = 70;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 24;
/** Of a picture: where its title and its legend stand. */
const HEAD = 26;
const GRID_LINE_PIXELS = 50;
const TIME_LABEL_PIXELS = 120;
/** Half of what the longest takes. */
const TIME_LABEL_EDGE_PIXELS = 30;
/** About what a letter takes, so that the legend's names do not overlap. */
const LETTER_PIXELS = 7;
const colours = ['#0f62c4', '#c2410c', '#15803d', '#9333ea', '#b91c5c', '#0e7490', '#854d0e', '#4b5563'];

/** Part of a page, whose style says what grid and texts look like. */
export function lineChart(chart: Chart): Markup {
  const { lines, title } = chart;
  const legend = lines.map(({ name }, i) => html`<span><i style="background:${colourOf(i)}"></i>${name}</span>`);
  return html`<figure><figcaption>${title} <small>${legend}</small></figcaption>
<svg viewBox="0 0 ${INLINE.width} ${INLINE.height}" role="img" aria-label="${title}">${shapesOf(chart, INLINE)}</svg></figure>`;
}

/** An SVG by itself, on white, with its title and legend inside. */
export function chartPicture(chart: Chart, { height, width }: Size): Markup {
  const { lines, seconds, title } = chart;
  let left = LEFT + (title.length + 3) * LETTER_PIXELS * 1.2;
  const legend = lines.map(({ name }, i) => {
    const x = left;
    left += 18 + (name.length + 2) * LETTER_PIXELS;
    return html`<rect x="${x}" y="9" width="9" height="9" fill="${colourOf(i)}"/><text x="${x + 14}" y="18">${name}</text>`;
  });
  const nothing = html`<text x="${width / 2}" y="${height / 2}" text-anchor="middle">Nothing was measured.</text>`;
  const plot = { width, height: height - HEAD };
  const shapes = html`<g transform="translate(0 ${HEAD})">${shapesOf(chart, plot)}</g>`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="Inter" font-size="11" fill="#1f2937">
<style>.grid{stroke:#dde1e6}</style><rect width="${width}" height="${height}" fill="#fff"/>
<text x="${LEFT}" y="18" font-size="13">${title}</text>${legend}${seconds.length === 0 ? nothing : shapes}</svg>`;
}

function shapesOf({ lines, seconds, unit }: Chart, { height, width }: Size): Markup[] {
  const most = Math.max(1e-9, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const first = seconds[0] ?? 0;
  const span = Math.max(1, (seconds.at(-1) ?? 1) - first);
  const xOf = (second: number) => LEFT + ((second - first) / span) * (width - LEFT - RIGHT);
  const yOf = (value: number) => height - BOTTOM - (value / most) * (height - BOTTOM - TOP);
  const gridLines = Math.max(1, Math.round((height - BOTTOM - TOP) / GRID_LINE_PIXELS));
  const grid = Array.from({ length: gridLines + 1 }, (_, i) => {
    const value = (most * i) / gridLines;
    const y = yOf(value).toFixed(1);
    const label = html`<text x="${LEFT - 6}" y="${Number(y) + 4}" text-anchor="end">${shortNumber(value) + unit}</text>`;
    return html`<line x1="${LEFT}" x2="${width - RIGHT}" y1="${y}" y2="${y}" class="grid"/>${label}`;
  });
  const timeLabels = Math.max(1, Math.floor((width - LEFT) / TIME_LABEL_PIXELS));
  const times = secondMarks(first, first + span, timeLabels).map((second) => {
    // Around its mark, one close to the edge would stand out over it.
    const anchor = width - xOf(second) < TIME_LABEL_EDGE_PIXELS ? 'end' : 'middle';
    return html`<text x="${xOf(second).toFixed(1)}" y="${height - 6}" text-anchor="${anchor}">${formatSecond(second)}</text>`;
  });
  const paths = lines.map(({ values }, i) => {
    const path = pathOf(values.map((value, at) => (value === null ? null : [xOf(seconds[at] ?? 0), yOf(value)])));
    return html`<path d="${path}" fill="none" stroke="${colourOf(i)}" stroke-width="1.5"/>`;
  });
  return [...grid, ...times, ...paths];
}

function colourOf(line: number): string {
  return colours[line % colours.length] ?? '';
}

function pathOf(points: readonly ([number, number] | null)[]): string {
  let path = '';
  let isDown = false;
  for (const point of points) {
    if (point !== null) path += `${isDown ? 'L' : 'M'}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    isDown = point !== null;
  }
  return path;
}

export function shortNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}
