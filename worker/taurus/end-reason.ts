/** Why Taurus, or a tool of it, could not do its work: in words that a person can act on. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { BztEnd } from './bzt-process.ts';
import type { WorkFolder } from './work-folder.ts';

const TAIL_BYTES = 32 * 1024;
const TAIL_LINES = 12;
const REASON_LENGTH_MAX = 1_500;
/** Taurus says so when one of its criteria was not met. */
const CRITERION_FAILED = 3;

/** What tools write when they break, and what it means. The first that is found counts. */
const known: readonly { pattern: RegExp; says: (found: RegExpExecArray) => string }[] = [
  {
    pattern: /java\.lang\.OutOfMemoryError:? ?([^\n]*)/,
    says: ([, what = '']) =>
      `JMeter ran out of memory (${what.trim() || 'OutOfMemoryError'}). Give it more with modules.jmeter.memory-xmx, or spread the load over more tasks.`,
  },
  {
    pattern: /(?:CannotResolveClassException|ClassNotFoundException): ([\w.$]+)/,
    says: ([, name]) =>
      `JMeter does not know the class ${name} that the script uses: a plugin is missing. Put its jar into plugins/ beside the script.`,
  },
  {
    pattern: /NoClassDefFoundError: ([\w/.$]+)/,
    says: ([, name = '']) =>
      `JMeter misses the class ${name.replaceAll('/', '.')}: a plugin, or what one needs, is missing. Put its jar into plugins/ beside the script.`,
  },
  {
    pattern:
      /level=error msg="((?:[^"\\]|\\.)*(?:SyntaxError|ReferenceError|TypeError|couldn't be found|Exception|error)(?:[^"\\]|\\.)*)"/i,
    says: ([, message = '']) =>
      `k6 cannot run the script: ${message
        .replaceAll(/\\[nt]/g, ' ')
        .replaceAll('\\"', '"')
        .trim()}`,
  },
  {
    pattern:
      /^((?:ModuleNotFoundError|ImportError|SyntaxError|IndentationError|NameError|AttributeError|TypeError|ValueError|FileNotFoundError): .*)$/m,
    says: ([, message]) => `the Python script cannot be loaded: ${message}`,
  },
  { pattern: /No User class found[^\n]*/, says: ([message]) => `Locust: ${message}` },
  { pattern: /(Could not find[^\n]*locustfile[^\n]*)/i, says: ([message]) => `Locust: ${message}` },
];

/**
 * Null: it ended as it should, also when a criterion of the script's own was not met. `wasStopped`: whatever it says about being told to end is
 * no failure.
 */
export async function endReason(end: BztEnd, folder: WorkFolder, wasStopped: boolean): Promise<string | null> {
  if (wasStopped || end.code === 0 || end.code === CRITERION_FAILED) return null;
  const said = await whatToolsSaid(end, folder);
  for (const { pattern, says } of known) {
    const found = pattern.exec(said);
    if (found !== null) return shown(withPlace(says(found), said), folder);
  }
  const how = end.signal === null ? `ended with code ${end.code}` : `was ended by ${end.signal}`;
  const message = end.endedBy === null ? `Taurus ${how}` : end.endedBy.message.trim();
  const tail = lastLines(end.endedBy?.diagnostics || (await tailOf(folder.output)));
  return shown(tail === '' || message.includes(tail) ? message : `${message}. It said last:\n${tail}`, folder);
}

/** What the script itself asked for and did not get: a threshold of k6, a criterion of Taurus' `passfail`; null: nothing. */
export function failedCriterionOf(end: BztEnd | null): string | null {
  if (end === null) return null;
  if (end.failedCriterion !== null) return end.failedCriterion;
  return end.code === CRITERION_FAILED
    ? `Taurus: ${end.endedBy?.message || 'a criterion of passfail was not met'}`
    : null;
}

/** Of Python: the last line of the script that stands in the traceback. */
function withPlace(reason: string, said: string): string {
  if (!reason.startsWith('the Python script')) return reason;
  const places = [...said.matchAll(/File "[^"]*\/files\/([^"]+)", line (\d+)/g)];
  const last = places.at(-1);
  return last === undefined ? reason : `${reason} (${last[1]}:${last[2]})`;
}

async function whatToolsSaid({ endedBy }: BztEnd, folder: WorkFolder): Promise<string> {
  const names = ['jmeter.err', 'jmeter.out', 'jmeter.log', 'k6.err', 'locust.err', 'locust.log'];
  const tails = await Promise.all(names.map((name) => tailOf(join(folder.artifacts, name))));
  return [endedBy?.message ?? '', endedBy?.diagnostics ?? '', ...tails].join('\n');
}

/** The end of a file; empty when there is none. */
export async function tailOf(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
      await file.read(bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString('utf8');
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s+(?:at |\.\.\. \d+ more)/.test(line));
  return lines.slice(-TAIL_LINES).join('\n');
}

/** Files by the names that the scenario knows. */
function shown(reason: string, { artifacts, files }: WorkFolder): string {
  const text = reason.replaceAll(new RegExp(`(?:file://)?(?:${files}|${artifacts})/`, 'g'), '');
  return text.length > REASON_LENGTH_MAX ? `${text.slice(0, REASON_LENGTH_MAX)}...` : text;
}
