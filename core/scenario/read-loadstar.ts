/** Loadstar's own key: what a Taurus file cannot say. */
import { plainText, rateOf } from '../input/fields.ts';
import { type Read, readMapping } from '../input/keywords.ts';
import type { Path, Problems } from '../input/problems.ts';
import { describe, isMapping, type TaurusMapping, type TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import type { TaurusFile } from '../taurus/taurus-scenario.ts';
import { type Engine, readEngine } from './choose-engine.ts';
import { REGION_NAME } from './place-scenario.ts';
import { readTaurusFiles } from './read-taurus-files.ts';
import { readTls, type TlsRead } from './read-tls.ts';
import { type Region, regionNameSchema } from './scenario.ts';
import { memoryMbDefault, type TaskSize, taskSizeProblem } from './task-size.ts';
import { loadstarKeywords, regionKeywords, taskSizeKeywords } from './taurus-schema.ts';

export interface LoadstarRead {
  name: string | null;
  description: string | null;
  tags: string[];
  regions: Record<string, Region>;
  live: boolean;
  healthyThresholdPercent: number;
  threads: number;
  taskSize: TaskSize | null;
  /** Null: nothing is said. */
  spot: boolean | null;
  /** Null: found out from what is to run. */
  engine: Engine | null;
  files: TaurusFile[];
  tls: TlsRead;
}

export const HEALTHY_THRESHOLD_PERCENT_DEFAULT = 90;

const AT = ['loadstar'];
const SHARE_MAX = 10_000;

/** Whatever is wrong is in `problems`, and replaced by its default. */
export function readLoadstar(mapping: TaurusMapping, problems: Problems): LoadstarRead {
  const read = readMapping(mapping, loadstarKeywords, AT, problems) ?? {};
  if (read.name !== undefined && read.name.length > limits.nameLengthMax) {
    problems.add([...AT, 'name'], `is longer than ${limits.nameLengthMax} characters`);
  }
  if (read.description !== undefined && read.description.length > limits.descriptionLengthMax) {
    problems.add([...AT, 'description'], `is longer than ${limits.descriptionLengthMax} characters`);
  }
  return {
    name: read.name ?? null,
    description: read.description ?? null,
    tags: readTags(read.tags ?? [], [...AT, 'tags'], problems),
    regions: readRegions(read.regions, [...AT, 'regions'], problems),
    live: read.live ?? true,
    healthyThresholdPercent: readHealthyThreshold(read, problems),
    threads: readThreads(read.threads ?? 1, problems),
    taskSize: readTaskSize(read['task-size'], [...AT, 'task-size'], problems),
    spot: read.spot ?? null,
    engine: readEngine(read.engine, [...AT, 'engine'], problems),
    files: readTaurusFiles(read.files ?? [], [...AT, 'files'], problems),
    tls: readTls(read.tls ?? {}, [...AT, 'tls'], problems),
  };
}

function readThreads(threads: number, problems: Problems): number {
  if (threads > limits.threadsMax) problems.add([...AT, 'threads'], `${threads} is more than ${limits.threadsMax}`);
  return threads;
}

function readTaskSize(value: TaurusMapping | undefined, path: Path, problems: Problems): TaskSize | null {
  if (value === undefined) return null;
  const read = readMapping(value, taskSizeKeywords, path, problems) ?? {};
  const numberAt = (keyword: 'vcpu' | 'memory-gb') => {
    const written = read[keyword];
    if (written === undefined) return null;
    const number = typeof written === 'bigint' ? Number(written) : written;
    if (typeof number === 'number' && number > 0 && Number.isFinite(number)) return number;
    problems.add([...path, keyword], `${describe(written)} is not a number above 0`);
    return Number.NaN;
  };
  const vcpu = numberAt('vcpu');
  const memoryGb = numberAt('memory-gb');
  if (vcpu === null) {
    problems.add([...path, 'vcpu'], 'is missing: the vCPUs of a task');
    return null;
  }
  if (Number.isNaN(vcpu) || Number.isNaN(memoryGb)) return null;
  const size = { vcpu, memoryMb: memoryGb === null ? memoryMbDefault(vcpu) : memoryGb * 1024 };
  const problem = taskSizeProblem(size);
  if (problem !== null) problems.add(path, problem);
  return problem === null ? size : null;
}

function readTags(values: TaurusValue[], path: Path, problems: Problems): string[] {
  if (values.length > limits.tagsMax) problems.add(path, `${values.length} tags are more than ${limits.tagsMax}`);
  const tags = values.flatMap((value, index) => {
    const result = plainText.safeParse(value);
    const fail = (message: string) => void problems.add([...path, index], message);
    if (!result.success) for (const issue of result.error.issues) fail(issue.message);
    else if (result.data.length > limits.nameLengthMax) fail(`is longer than ${limits.nameLengthMax} characters`);
    return result.success ? [result.data] : [];
  });
  return [...new Set(tags)];
}

/** A mapping from names to tasks (a number, or `{tasks, share}`), or a list of names and `{name, tasks, share}`. */
function readRegions(value: TaurusValue | undefined, path: Path, problems: Problems): Record<string, Region> {
  const regions: Record<string, Region> = {};
  if (value === undefined) return { local: { tasks: 1, share: 1 } };
  if (!isMapping(value) && !Array.isArray(value)) {
    problems.add(path, `${describe(value)} is neither a mapping of regions nor a list of them`);
    return regions;
  }
  const entries: { name: string | null; item: TaurusValue; at: Path }[] = Array.isArray(value)
    ? value.map((item, index) => {
        const name = isMapping(item) ? item.name : item;
        return {
          name: typeof name === 'string' ? name : null,
          item: isMapping(item) ? item : null,
          at: [...path, index],
        };
      })
    : Object.entries(value).map(([name, item]) => ({ name, item, at: [...path, name] }));
  for (const { name, item, at } of entries) {
    if (name === null || !regionNameSchema.safeParse(name).success) {
      problems.add(at, `${describe(name)} is not a region's name: ${REGION_NAME}`);
    } else if (Object.hasOwn(regions, name)) {
      problems.add(at, `${name} stands here twice`);
    } else {
      regions[name] = readRegion(item, Array.isArray(value), at, problems);
    }
  }
  checkTasks(Object.values(regions), entries.length, path, problems);
  return regions;
}

function readRegion(item: TaurusValue, mayBeNamed: boolean, path: Path, problems: Problems): Region {
  const isShort = item === null || typeof item === 'bigint';
  const read = readMapping(isShort ? { tasks: item } : item, regionKeywords, path, problems) ?? {};
  if (read.name !== undefined && !mayBeNamed)
    problems.add([...path, 'name'], 'the region has its name already: its key');
  const tasks = read.tasks ?? 1;
  if (tasks > limits.tasksMax) problems.add([...path, 'tasks'], `${tasks} is more than ${limits.tasksMax}`);
  if (read.share !== undefined && read.share > SHARE_MAX) {
    problems.add([...path, 'share'], `${read.share} is more than ${SHARE_MAX}`);
  }
  return { tasks, share: read.share ?? tasks };
}

function checkTasks(regions: Region[], entries: number, path: Path, problems: Problems): void {
  if (entries === 0) problems.add(path, 'is empty: leave it out to run one task here');
  if (entries > limits.regionsMax) problems.add(path, `${entries} regions are more than ${limits.regionsMax}`);
  const tasks = regions.reduce((sum, region) => sum + region.tasks, 0);
  if (tasks > limits.tasksMax) problems.add(path, `${tasks} tasks in all are more than ${limits.tasksMax}`);
}

function readHealthyThreshold(read: Read<typeof loadstarKeywords.fields>, problems: Problems): number {
  const camel = read.healthyThreshold;
  const dashed = read['healthy-threshold'];
  const at = [...AT, camel === undefined ? 'healthy-threshold' : 'healthyThreshold'];
  if (camel !== undefined && dashed !== undefined) problems.add(at, 'stands here in both spellings');
  const written = camel ?? dashed;
  if (written === undefined) return HEALTHY_THRESHOLD_PERCENT_DEFAULT;
  const plain = typeof written === 'string' ? written.replace(/\s*%\s*$/, '') : written;
  const percent = rateOf(plain, () => undefined);
  if (percent !== undefined && percent <= 100) return percent;
  problems.add(at, `${describe(written)} is not a percentage from 0 to 100`);
  return HEALTHY_THRESHOLD_PERCENT_DEFAULT;
}
