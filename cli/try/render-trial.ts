/** What one user met, for people: each step with its request and its response. */
import type { Trial, TrialBody, TrialExchange, TrialStep } from '../../core/api/trials.ts';
import { formatAmount, formatBytes, formatMs } from '../terminal/numbers.ts';
import type { Style } from '../terminal/style.ts';
import { printable, printableLines } from '../terminal/text.ts';

/** Of a body; `--json` has more of it. */
const BODY_LINES_MAX = 20;
const BODY_CHARACTERS_MAX = 2_000;
const VARIABLE_CHARACTERS_MAX = 200;
const INDENT = '    ';

export function renderTrial(trial: Trial, style: Style): string {
  const lines: string[] = [];
  for (const { flow, steps } of trial.flows) {
    lines.push(style.bold(`flow ${printable(flow)}`), '');
    for (const step of steps) lines.push(...stepLines(step, style), '');
  }
  for (const { level, message } of trial.log) lines.push(style.dim(`${level}: ${printable(message)}`));
  for (const { path, message } of trial.problems) {
    const where = path === '' ? '' : `${printable(path)}: `;
    lines.push(style.red(`${style.glyphs.fail} ${where}${printable(message)}`));
  }
  lines.push(closingLine(trial, style));
  return `${lines.join('\n')}\n`;
}

function closingLine({ flows, problems }: Trial, { glyphs, green, red }: Style): string {
  const steps = flows.flatMap((flow) => flow.steps);
  const failed = steps.filter(({ failure }) => failure !== null).length;
  if (failed > 0) return red(`${glyphs.fail} ${failed} of ${formatAmount(steps.length, 'step')} failed`);
  const walked = `${formatAmount(steps.length, 'step')}, none failed`;
  return problems.length > 0
    ? red(`${glyphs.fail} ${walked}, but not all was tried`)
    : green(`${glyphs.pass} ${walked}`);
}

function stepLines(step: TrialStep, style: Style): string[] {
  const { assertions, failure, isFromCache, label, subSteps, variables } = step;
  const { fail, note, pass } = style.glyphs;
  const mark = failure === null ? style.green(pass) : style.red(fail);
  const lines = [`${mark} ${style.bold(printable(label))}   ${outline(step)}`];
  if (isFromCache) lines.push(`${INDENT}a fresh copy was at hand: nothing was sent`);
  const timings = timingsOf(step);
  if (timings !== '') lines.push(style.dim(`${INDENT}${timings}`));
  if (failure !== null) lines.push(style.red(`${INDENT}${failure.type}: ${printable(failure.message)}`));
  for (const each of subSteps) {
    const why = each.failure === null ? '' : `   ${style.red(printable(each.failure.message))}`;
    lines.push(style.dim(`${INDENT}${each.kind}   ${outline(each)}`) + why);
  }
  lines.push(...exchangeLines(step, style));
  for (const { message, passed, what } of assertions) {
    const told = `${printable(what)}${message === null ? '' : `: ${printable(message)}`}`;
    lines.push(`${INDENT}${passed ? style.green(pass) : style.red(fail)} ${told}`);
  }
  for (const { isCut, name, value } of variables) {
    const found = value === null ? style.yellow(`${note} nothing was found`) : shortened(value, isCut, style);
    lines.push(`${INDENT}${style.cyan(printable(name))} = ${found}`);
  }
  return lines;
}

function outline({ durationMs, method, status, url }: TrialExchange): string {
  return `${method} ${printable(url)}   ${status ?? 'no response'}   ${formatMs(durationMs)} ms`;
}

function timingsOf({ timings }: TrialExchange): string {
  const phases = [
    ['DNS', timings.dnsMs],
    ['connect', timings.connectMs],
    ['TLS', timings.tlsMs],
    ['first byte', timings.firstByteMs],
    ['transfer', timings.transferMs],
  ] as const;
  return phases.flatMap(([name, ms]) => (ms === null ? [] : [`${name} ${formatMs(ms)} ms`])).join('   ');
}

function exchangeLines(
  { requestBody, requestHead, responseBody, responseHead }: TrialExchange,
  style: Style,
): string[] {
  const prefixed = (prefix: string, text: string | null): string[] =>
    text === null ? [] : printableLines(text).map((line) => `${INDENT}${style.dim(prefix)} ${line}`);
  return [
    ...prefixed('>', requestHead),
    ...bodyLines('>', requestBody, style),
    ...prefixed('<', responseHead),
    ...bodyLines('<', responseBody, style),
  ];
}

function bodyLines(prefix: string, body: TrialBody | null, style: Style): string[] {
  if (body === null) return [];
  const { isCut, problem, sizeBytes, text } = body;
  const start = `${INDENT}${style.dim(prefix)}`;
  const size = formatBytes(sizeBytes);
  if (text === null) return [start, `${start} ${style.dim(`(${problem ?? 'no text'}, ${size})`)}`];
  const all = printableLines(text.slice(0, BODY_CHARACTERS_MAX));
  const shown = all.slice(0, BODY_LINES_MAX);
  const isWhole = !isCut && shown.length === all.length && text.length <= BODY_CHARACTERS_MAX;
  const more = isWhole ? [] : [`${start} ${style.dim(`(${style.glyphs.ellipsis} ${size} in all)`)}`];
  return [start, ...shown.map((line) => `${start} ${line}`), ...more];
}

function shortened(value: string, isCut: boolean, { glyphs }: Style): string {
  const shown = value.slice(0, VARIABLE_CHARACTERS_MAX);
  return `${JSON.stringify(printable(shown))}${isCut || shown.length < value.length ? glyphs.ellipsis : ''}`;
}
