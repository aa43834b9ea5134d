/** Colours and glyphs of the terminal that is written to, decided once from its kind and the environment. */

type Paint = (text: string) => string;

export interface Glyphs {
  pass: string;
  fail: string;
  note: string;
  barFull: string;
  barEmpty: string;
  ellipsis: string;
  rule: string;
}

export interface Style {
  bold: Paint;
  dim: Paint;
  red: Paint;
  green: Paint;
  yellow: Paint;
  cyan: Paint;
  glyphs: Glyphs;
}

/** The part of `process.env` that is looked at. */
export type Environment = Readonly<Record<string, string | undefined>>;

const unicodeGlyphs: Glyphs = {
  pass: '✓',
  fail: '✗',
  note: '!',
  barFull: '━',
  barEmpty: '╌',
  ellipsis: '…',
  rule: '─',
};

const asciiGlyphs: Glyphs = {
  pass: '+',
  fail: 'x',
  note: '!',
  barFull: '#',
  barEmpty: '-',
  ellipsis: '~',
  rule: '-',
};

/** NO_COLOR (any value) turns colours off, FORCE_COLOR (but `0` or `false`) on; else a terminal that can do more than `dumb` has them. */
export function hasColours(environment: Environment, isTty: boolean): boolean {
  if ((environment.NO_COLOR ?? '') !== '') return false;
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTty && environment.TERM !== 'dumb';
}

/** Whether the locale is one of UTF-8. macOS' terminals are even without a locale. */
export function hasUnicode(environment: Environment, platform: string): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  if (locale === '') return platform === 'darwin';
  return /utf-?8/i.test(locale);
}

export function createStyle(options: { colours: boolean; unicode: boolean }): Style {
  const paint = (on: number, off: number): Paint =>
    options.colours ? (text) => `\u001b[${on}m${text}\u001b[${off}m` : (text) => text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
    glyphs: options.unicode ? unicodeGlyphs : asciiGlyphs,
  };
}
