/** Pictures of charts to keep: with their title, their legend and a background, as they stood on the page. */
import { chartColours } from './colours.ts';

const MARGIN = 16;
const TITLE_HEIGHT = 28;
const LEGEND_HEIGHT = 24;
const FONT = '"Open Sans", "Helvetica Neue", Arial, sans-serif';

export interface ImageOptions {
  title: string;
  /** What the chart itself is: drawn at `width` times `height`. */
  chart: CanvasImageSource;
  width: number;
  height: number;
  isDark: boolean;
  legend?: readonly { name: string; colour: string }[];
}

/** Null when the browser makes none. */
export function chartImage({ title, chart, width, height, isDark, legend = [] }: ImageOptions): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round((width + 2 * MARGIN) * scale);
  canvas.height = Math.round((TITLE_HEIGHT + height + (legend.length > 0 ? LEGEND_HEIGHT : 0) + 2 * MARGIN) * scale);
  const context = canvas.getContext('2d');
  if (context === null) return Promise.resolve(null);
  context.scale(scale, scale);
  const { axis, background } = chartColours(isDark);
  context.fillStyle = background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = axis;
  context.textBaseline = 'middle';
  context.font = `700 16px ${FONT}`;
  context.fillText(title, MARGIN, MARGIN + TITLE_HEIGHT / 2 - 4);
  context.drawImage(chart, MARGIN, MARGIN + TITLE_HEIGHT, width, height);
  context.font = `13px ${FONT}`;
  let left = MARGIN;
  const middle = MARGIN + TITLE_HEIGHT + height + LEGEND_HEIGHT / 2;
  for (const { colour, name } of legend) {
    context.fillStyle = colour;
    context.fillRect(left, middle - 5, 10, 10);
    context.fillStyle = axis;
    context.fillText(name, left + 15, middle);
    left += 15 + context.measureText(name).width + 18;
  }
  return new Promise((resolve) => canvas.toBlob(resolve));
}
