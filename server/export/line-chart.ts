/** A chart of lines over the seconds of a run, as an SVG that needs nothing else. */
import { formatSecond } from '../../core/duration.ts';
import { html, type Markup } from '../markup/markup.ts';

export interface ChartLine {
  name: string;
  /** One for each x; null leaves a gap. */
  values: readonly (number | null)[];
}

const WIDTH = 900;
const HEIGHT = 220;
const LEFT = 70;
const BOTTOM = 24;
const GRID_LINES = 4;
const TIME_LABELS = 6;
const colours = ['#0f62c4', '#c2410c', '#15803d', '#9333ea', '#b91c5c', '#0e7490', '#854d0e', '#4b5563'];

/** `seconds`: rising, from go. `unit` stands behind the numbers of the axis. */
export function lineChart(
  title: string,
  unit: string,
  seconds: readonly number[],
  lines: readonly ChartLine[],
): Markup {
  const most = Math.max(1e-9, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const first = seconds[0] ?? 0;
  const span = Math.max(1, (seconds.at(-1) ?? 1) - first);
  const xOf = (second: number) => LEFT + ((second - first) / span) * (WIDTH - LEFT - 10);
  const yOf = (value: number) => HEIGHT - BOTTOM - (value / most) * (HEIGHT - BOTTOM - 10);
  const grid = Array.from({ length: GRID_LINES + 1 }, (_, i) => {
    const value = (most * i) / GRID_LINES;
    const y = yOf(value).toFixed(1);
    const label = html`<text x="${LEFT - 6}" y="${Number(y) + 4}" text-anchor="end">${shortNumber(value) + unit}</text>`;
    return html`<line x1="${LEFT}" x2="${WIDTH - 10}" y1="${y}" y2="${y}" class="grid"/>${label}`;
  });
  const times = Array.from({ length: TIME_LABELS + 1 }, (_, i) => {
    const second = first + (span * i) / TIME_LABELS;
    return html`<text x="${xOf(second).toFixed(1)}" y="${HEIGHT - 6}" text-anchor="middle">${formatSecond(second)}</text>`;
  });
  const paths = lines.map(({ values }, i) => {
    const path = pathOf(values.map((value, at) => (value === null ? null : [xOf(seconds[at] ?? 0), yOf(value)])));
    return html`<path d="${path}" fill="none" stroke="${colourOf(i)}" stroke-width="1.5"/>`;
  });
  const legend = lines.map(({ name }, i) => html`<span><i style="background:${colourOf(i)}"></i>${name}</span>`);
  return html`<figure><figcaption>${title} <small>${legend}</small></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${grid}${times}${paths}</svg></figure>`;
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
