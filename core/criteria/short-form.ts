/**
 * The short form of a criterion, taken apart as Taurus does:
 *
 *     [message:] subject [of label] condition threshold [for|within|over timeframe] [, stop|continue [as failed|non-failed]]
 */

export interface ShortFormParts {
  subject: string;
  condition: string;
  threshold: string;
  logic: string;
  /** Absent: the whole run. */
  timeframe?: string;
  label: string;
  stop: boolean;
  fail: boolean;
  message?: string;
}

/** Some repetition in labels is ambiguous to the pattern; this bounds what a hostile text costs. */
const LENGTH_MAX = 2_000;

const CRITERION = /([\w?*.-]+)(\s*of\s*([\S ]+))?\s*([<>=]+)\s*(\S+)(\s+(for|within|over)\s+(\S+))?/y;
const ACTION = /(stop|continue)(\s+as\s+(failed|non-failed))?/y;
const SHAPE =
  'expected is: subject of label>threshold for 10s, stop as failed (label, time and action may be left out)';

/** The parts as texts, their meaning unchecked; or what is wrong with the form. */
export function parseShortForm(written: string): { parts: ShortFormParts; problem?: undefined } | { problem: string } {
  if (written.length > LENGTH_MAX) return { problem: `is longer than ${LENGTH_MAX} characters` };
  const colon = written.indexOf(':');
  const message = colon < 0 ? null : written.slice(0, colon).trim();
  const rest = colon < 0 ? written : written.slice(colon + 1).trim();
  const comma = rest.indexOf(',');
  const criterionText = (comma < 0 ? rest : rest.slice(0, comma)).trim();
  const actionText = comma < 0 ? '' : rest.slice(comma + 1).trim();

  const criterion = matchWhole(CRITERION, criterionText);
  if (typeof criterion === 'string') {
    const hint =
      colon < 0
        ? ''
        : `; what stands before the first ":" is its message (a label with ":" or "," needs the long form)`;
    return { problem: `${criterion}${hint}` };
  }
  const [, subject = '', , label, condition = '', threshold = '', , logic, timeframe] = criterion;
  const action = actionText === '' ? [] : matchWhole(ACTION, actionText);
  if (typeof action === 'string') {
    return { problem: `after the comma "stop" or "continue", "as failed" or "as non-failed" is expected` };
  }
  const parts: ShortFormParts = {
    subject,
    condition,
    threshold,
    logic: logic ?? 'for',
    // Taurus keeps the blanks before the condition, and then finds no such label.
    label: (label ?? '').trim(),
    stop: action[1] !== 'continue',
    fail: action[3] !== 'non-failed',
  };
  if (timeframe !== undefined) parts.timeframe = timeframe;
  if (message !== null) parts.message = message;
  return { parts };
}

/** The match from the text's start; a text when there is none, or when something follows that Taurus would drop. */
function matchWhole(pattern: RegExp, written: string): RegExpExecArray | string {
  pattern.lastIndex = 0;
  const match = pattern.exec(written);
  if (match === null) return SHAPE;
  const rest = written.slice(match[0].length).trim();
  return rest === '' ? match : `${JSON.stringify(rest)} at its end is not understood; ${SHAPE}`;
}
