/** Values of a JMeter script that are known before it runs: numbers, properties, and the variables of the whole script. */
import { propertyCallValue } from '../../../scenario/property-values.ts';
import { type JmxElement, writtenIn } from './parse-jmx.ts';

const TURNS = 5;

export class JmxValues {
  readonly #variables = new Map<string, string>();
  readonly #properties: Readonly<Record<string, string>>;

  constructor(properties: Readonly<Record<string, string>>) {
    this.#properties = properties;
  }

  /** Takes over the variables of a test plan or a `User Defined Variables` element. */
  define(collection: JmxElement): void {
    for (const argument of argumentsIn(collection)) {
      const name = writtenIn(argument, 'Argument.name') ?? argument.attributes.name ?? '';
      this.#variables.set(name, writtenIn(argument, 'Argument.value') ?? '');
    }
  }

  /** The text with what is known filled in; null when something in it is known only while it runs. */
  text(written: string | null): string | null {
    let text = written;
    for (let turn = 0; turn < TURNS && text !== null && text.includes('${'); turn++) text = this.#filled(text.trim());
    return text === null || text.includes('${') ? null : text.trim();
  }

  /** A number; null when it is none, or not known. */
  number(written: string | null): number | null {
    const text = this.text(written);
    if (text === null || !/^-?\d+(\.\d*)?$/.test(text)) return null;
    return Number(text);
  }

  flag(written: string | null): boolean {
    return this.text(written) === 'true';
  }

  /** Only a value that is one reference as a whole: all numbers and flags of a load are. */
  #filled(text: string): string | null {
    const called = propertyCallValue(text, this.#properties);
    if (called !== null) return called;
    const [, name = ''] = /^\$\{([^${}()]+)\}$/.exec(text) ?? [];
    return this.#variables.get(name) ?? null;
  }
}

function argumentsIn(element: JmxElement): JmxElement[] {
  return element.children.flatMap((child) =>
    child.attributes.elementType === 'Argument' ? [child] : argumentsIn(child),
  );
}
