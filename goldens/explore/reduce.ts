/** Makes a file of the corpus that shows a difference smaller, as long as it still shows one. */
import { parseAllDocuments, stringify } from 'yaml';

/** Whether the text still shows what it is about. */
export type Shows = (text: string) => Promise<boolean>;

/** Without it requests are under way at the same time, and come in any order. */
const kept = new Set(['concurrent-pool-size']);

type Build = (value: unknown) => [head: unknown, scenario: unknown];

/** The smallest text that was found in that time; at least the text itself. */
export async function reduceText(text: string, shows: Shows, milliseconds: number): Promise<string> {
  const [head, scenario] = parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS() as unknown);
  return new Reduction([head, scenario], shows, performance.now() + milliseconds).smallest();
}

/** As PyYAML reads it, too: it minds tabs in texts without quotes. */
const yamlOptions = {
  version: '1.1',
  lineWidth: 0,
  aliasDuplicateObjects: false,
  defaultStringType: 'QUOTE_DOUBLE',
  defaultKeyType: 'PLAIN',
} as const;

export function corpusTextOf([head, scenario]: readonly [head: unknown, scenario: unknown]): string {
  const yaml = (value: unknown) => stringify(value, yamlOptions);
  return `${yaml(head)}---\n${yaml(scenario)}`;
}

class Reduction {
  #documents: [head: unknown, scenario: unknown];
  readonly #shows: Shows;
  readonly #untilMs: number;

  constructor(documents: [head: unknown, scenario: unknown], shows: Shows, untilMs: number) {
    this.#documents = documents;
    this.#shows = shows;
    this.#untilMs = untilMs;
  }

  async smallest(): Promise<string> {
    for (let before = ''; before !== corpusTextOf(this.#documents) && performance.now() < this.#untilMs; ) {
      before = corpusTextOf(this.#documents);
      // Steps take the time, so they go first.
      await this.#reduce(this.#documents[1], (scenario) => [this.#documents[0], scenario]);
      await this.#reduce(this.#documents[0], (head) => [head, this.#documents[1]]);
    }
    return corpusTextOf(this.#documents);
  }

  async #take(documents: [head: unknown, scenario: unknown]): Promise<boolean> {
    if (performance.now() > this.#untilMs || !(await this.#shows(corpusTextOf(documents)))) return false;
    this.#documents = documents;
    return true;
  }

  /** What is left of the value. */
  async #reduce(value: unknown, build: Build): Promise<unknown> {
    if (typeof value === 'number' && value > 1 && value < 100) return (await this.#take(build(1))) ? 1 : value;
    if (Array.isArray(value)) return await this.#reduceList(value, build);
    if (typeof value === 'object' && value !== null) return await this.#reduceMapping(value, build);
    return value;
  }

  async #reduceList(list: unknown[], build: Build): Promise<unknown[]> {
    let left = list;
    for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < left.length; ) {
        const without = left.toSpliced(at, size);
        if (without.length > 0 && (await this.#take(build(without)))) left = without;
        else at += size;
      }
    }
    for (let at = 0; at < left.length; at++) {
      const inside = stepsIn(left[at]);
      const opened = left.toSpliced(at, 1, ...inside);
      if (inside.length > 0 && (await this.#take(build(opened)))) left = opened;
      const around = left;
      left = around.with(at, await this.#reduce(around[at], (item) => build(around.with(at, item))));
    }
    return left;
  }

  async #reduceMapping(mapping: object, build: Build): Promise<object> {
    let left = mapping as Record<string, unknown>;
    for (const key of Object.keys(left).filter((each) => !kept.has(each))) {
      const { [key]: _gone, ...without } = left;
      if (await this.#take(build(without))) left = without;
    }
    for (const key of Object.keys(left)) {
      const around = left;
      left = { ...around, [key]: await this.#reduce(around[key], (value) => build({ ...around, [key]: value })) };
    }
    return left;
  }
}

/** What a block is made of. */
function stepsIn(step: unknown): unknown[] {
  if (typeof step !== 'object' || step === null) return [];
  const { do: steps, once, then, else: others } = step as Record<string, unknown>;
  return [steps, once, then, others].flatMap((list) => (Array.isArray(list) ? list : []));
}
