/** The live display as a picture: progress in, lines out. */
import { formatSpan } from '../terminal/numbers.ts';
import type { Style } from '../terminal/style.ts';
import { displayWidth, pad, printable, shorten } from '../terminal/text.ts';
import { type RunProgress, shareDone } from './progress.ts';
import { phaseWords, statusParts } from './status-parts.ts';

const BAR_COLUMNS_MAX = 40;
const BAR_COLUMNS_MIN = 8;
const NAME_COLUMNS_MAX = 30;
const GAP = '  ';

/**
 * Two lines, neither wider than `columns`:
 *
 *     Quick start  ━━━━━━━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌   50%  10 s of 20 s
 *     running  1,234 req/s  0 errors  p95 12.3 ms  20 users  11,120 requests
 */
export function progressFrame(progress: RunProgress, columns: number, style: Style): string[] {
  return [barLine(progress, columns, style), statusLine(progress, columns, style)];
}

function barLine(progress: RunProgress, columns: number, style: Style): string {
  const share = shareDone(progress);
  const percent = share === null ? '' : pad(`${Math.floor(share * 100)}%`, 4, 'right');
  const time = timeText(progress);
  const fixed = [percent, time].filter((part) => part !== '');
  const fixedColumns = fixed.reduce((sum, part) => sum + GAP.length + displayWidth(part), 0);
  // On a narrow terminal the name goes first, then the time; the bar stays.
  const nameColumns = Math.min(NAME_COLUMNS_MAX, columns - fixedColumns - GAP.length - BAR_COLUMNS_MIN);
  const name = nameColumns < 6 ? '' : shorten(printable(progress.scenario), nameColumns, style.glyphs.ellipsis);
  const nameUsed = name === '' ? 0 : displayWidth(name) + GAP.length;
  let rest = columns - fixedColumns - nameUsed;
  if (rest < BAR_COLUMNS_MIN) {
    const percentColumns = GAP.length + displayWidth(percent);
    const keepsPercent = percent !== '' && columns > percentColumns;
    fixed.splice(0, fixed.length, ...(keepsPercent ? [percent] : []));
    rest = columns - (keepsPercent ? percentColumns : 0);
  }
  const bar = barText(share, Math.max(1, Math.min(BAR_COLUMNS_MAX, rest)), progress.elapsedSeconds ?? 0, style);
  return [...(name === '' ? [] : [style.bold(name)]), bar, ...fixed].join(GAP);
}

function timeText(progress: RunProgress): string {
  const elapsed = formatSpan(Math.floor(Math.max(0, progress.elapsedSeconds ?? 0)));
  return progress.plannedSeconds === null ? elapsed : `${elapsed} of ${formatSpan(progress.plannedSeconds)}`;
}

/** Without a planned end a piece wanders along the bar. */
function barText(share: number | null, columns: number, elapsedSeconds: number, style: Style): string {
  const { barFull, barEmpty } = style.glyphs;
  if (share !== null) {
    const full = Math.floor(share * columns);
    return style.green(barFull.repeat(full)) + style.dim(barEmpty.repeat(columns - full));
  }
  const piece = Math.max(1, Math.floor(columns / 5));
  const places = columns - piece + 1;
  const from = Math.floor(Math.max(0, elapsedSeconds) * 2) % places;
  return (
    style.dim(barEmpty.repeat(from)) +
    style.green(barFull.repeat(piece)) +
    style.dim(barEmpty.repeat(columns - from - piece))
  );
}

/** As many parts as fit; the first ones matter most. */
function statusLine(progress: RunProgress, columns: number, style: Style): string {
  const words = shorten(phaseWords(progress), columns, style.glyphs.ellipsis);
  let line = style.cyan(words);
  let width = displayWidth(words);
  for (const part of statusParts(progress, style)) {
    width += GAP.length + displayWidth(part);
    if (width > columns) break;
    line += GAP + part;
  }
  return line;
}
