/**
 * Pass/fail criteria as people write them: Taurus' short form (`avg-rt of IndexPage>150ms for 10s, stop as failed`), its long form, and
 * `message: criterion` mappings. What Taurus would take without knowing what is meant (a rest after the criterion, an unknown subject)
 * is refused here.
 */
import { parseDurationSeconds } from '../duration.ts';
import { anything, flag, text } from '../input/fields.ts';
import { type KeywordTable, type Read, readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import { type Path, Problems } from '../input/problems.ts';
import { describe, isMapping, numberText, type TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import { type Criterion, criterionSchema } from './criterion.ts';
import { parseShortForm } from './short-form.ts';
import { readSubject, subjectWords } from './threshold.ts';

const criterionKeywords = {
  what: 'a criterion',
  fields: {
    subject: text,
    label: text,
    condition: text,
    threshold: anything,
    timeframe: anything,
    logic: text,
    stop: flag,
    fail: flag,
    message: text,
    class: text,
  },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

const conditions = criterionSchema.shape.condition.options;
const logics = criterionSchema.shape.logic.options;
const DATA_CRITERION = 'bzt.modules.passfail.DataCriterion';

/** One criterion, in short or long form. Throws `scenario_invalid`. */
export function parseCriterion(input: unknown): Criterion {
  const problems = new Problems();
  const criterion = readCriterion(input as TaurusValue, null, [], problems);
  problems.throwIfAny('scenario_invalid', 'The criterion');
  return criterion as Criterion;
}

/** A list of criteria, or a mapping from messages to criteria. Throws `scenario_invalid`. */
export function parseCriteria(input: unknown): Criterion[] {
  const problems = new Problems();
  const criteria = readCriteria(input as TaurusValue, [], problems);
  problems.throwIfAny('scenario_invalid', 'The list of criteria');
  return criteria;
}

/** As `parseCriteria`, gathering what is wrong below `path`. `flow`: name of the flow that they are for; null: for the whole run. */
export function readCriteria(
  value: TaurusValue,
  path: Path,
  problems: Problems,
  flow: string | null = null,
): Criterion[] {
  if (!Array.isArray(value) && !isMapping(value)) {
    problems.add(path, `${describe(value)} is neither a list of criteria nor a mapping of messages and criteria`);
    return [];
  }
  const entries: [number | string, TaurusValue][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  if (entries.length > limits.criteriaMax) {
    problems.add(path, `${entries.length} criteria are more than ${limits.criteriaMax}`);
    return [];
  }
  return entries
    .map(([key, item]) => readCriterion(item, typeof key === 'string' ? key : null, [...path, key], problems))
    .filter((criterion) => criterion !== null)
    .map((criterion) => ({ ...criterion, flow }));
}

/** `message`: the key of a mapping, which wins over the criterion's own. */
function readCriterion(value: TaurusValue, message: string | null, path: Path, problems: Problems): Criterion | null {
  if (typeof value !== 'string') {
    const read = readMapping(value, criterionKeywords, path, problems);
    return read === null ? null : checked(read, message, null, path, problems);
  }
  const short = parseShortForm(value);
  if (typeof short.problem === 'string') {
    problems.add(path, `${describe(value)}: ${short.problem}`);
    return null;
  }
  return checked(short.parts, message, value.trim(), path, problems);
}

type Parts = Read<typeof criterionKeywords.fields>;

/** `written`: the short form, whose parts have no paths of their own. */
function checked(
  parts: Parts,
  messageKey: string | null,
  written: string | null,
  path: Path,
  problems: Problems,
): Criterion | null {
  const countBefore = problems.count;
  const add = (part: keyof Parts, problem: string) =>
    problems.add(
      written === null ? [...path, part] : path,
      written === null ? problem : `${describe(written)}: ${part} ${problem}`,
    );
  if (parts.class !== undefined && parts.class !== DATA_CRITERION) {
    add('class', `${parts.class} is not supported: criteria judge what the requests measured`);
    return null;
  }
  for (const part of ['subject', 'condition', 'threshold'] as const)
    if (parts[part] === undefined) add(part, 'is missing');
  const subject = readSubject(parts.subject ?? '');
  if (subject === null && parts.subject !== undefined) {
    add(
      'subject',
      `${describe(parts.subject)} is not something that is measured${didYouMean(parts.subject, subjectWords)}`,
    );
  }
  const condition = conditions.find((known) => known === (parts.condition === '==' ? '=' : parts.condition));
  if (condition === undefined && parts.condition !== undefined) {
    add('condition', `${describe(parts.condition)} is none of ${conditions.join(' ')}`);
  }
  const logic = logics.find((known) => known === (parts.logic ?? 'for'));
  if (logic === undefined) add('logic', `${describe(parts.logic)} is none of ${logics.join(', ')}`);
  const percentage = typeof parts.threshold === 'string' && parts.threshold.trim().endsWith('%');
  const threshold = subject === null || parts.threshold === undefined ? null : subject.threshold(parts.threshold);
  if (typeof threshold === 'string') add('threshold', threshold);
  const timeframe = parts.timeframe === undefined ? 0 : secondsOf(parts.timeframe);
  if (timeframe === null) add('timeframe', `${describe(parts.timeframe)} is not a time: 10s or 1m are`);
  if (timeframe === 0 && parts.logic !== undefined && parts.logic !== 'for') {
    add('timeframe', `is missing: ${parts.logic} looks at a stretch of time`);
  }
  if (problems.count > countBefore || subject === null || condition === undefined || logic === undefined) return null;
  if (typeof threshold !== 'number' || timeframe === null) return null;
  const criterion: Criterion = {
    subject: subject.name,
    label: parts.label ?? '',
    flow: null,
    condition,
    threshold,
    percentage,
    timeframeSeconds: timeframe === 0 ? null : timeframe,
    logic,
    stop: parts.stop ?? true,
    fail: parts.fail ?? true,
    message: messageKey ?? parts.message ?? written ?? '',
  };
  return criterion.message === '' ? { ...criterion, message: shortFormOf(parts, criterion) } : criterion;
}

function secondsOf(value: TaurusValue): number | null {
  if (typeof value === 'bigint') return parseDurationSeconds(Number(value));
  return typeof value === 'string' || typeof value === 'number' ? parseDurationSeconds(value) : null;
}

/** A long form without a message, as it would be written in short. */
function shortFormOf(parts: Parts, criterion: Criterion): string {
  const scalar = (value: TaurusValue | undefined) =>
    typeof value === 'bigint' ? numberText(value) : String(value as string | number);
  const label = criterion.label === '' ? '' : ` of ${criterion.label}`;
  const window = criterion.timeframeSeconds === null ? '' : ` ${criterion.logic} ${scalar(parts.timeframe)}`;
  return `${parts.subject}${label}${criterion.condition}${scalar(parts.threshold)}${window}`;
}
