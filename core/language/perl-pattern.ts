/**
 * Regular expressions as JMeter reads them (Perl 5 as in Jakarta ORO, and some of Java's additions) in JavaScript's words. Where both
 * differ, what JMeter would find counts: `.` stops at line feeds only, `]` may come first in a class, letters of all alphabets are \w.
 */

/** What is wrong with a regular expression. */
export class PatternProblem extends Error {}

export interface TranslatedPattern {
  source: string;
  /** Of `m` and `i`. */
  flags: string;
  /** Whether it has a `$` that also stands in front of a last line feed. */
  hasEnd: boolean;
}

const LENGTH_MAX = 20_000;
/** Letters beyond ASCII, roughly: JavaScript has a class for them in patterns that cannot be matched in linear time only. */
const MORE_WORD =
  '\\xaa\\xb5\\xba\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u02c1\\u0370-\\u0373\\u0376-\\u037d\\u0386-\\u0481\\u048a-\\u0559\\u0561-\\u0587\\u05d0-\\u05f2\\u0620-\\u0669\\u0904-\\u0939\\u0e01-\\u0e30\\u1e00-\\u1fff\\u3041-\\u3096\\u30a1-\\u30fa\\u3400-\\u9fff\\uac00-\\ud7a3';
const WORD = `0-9A-Za-z_${MORE_WORD}`;
/** Not the spaces that do not break. */
const SPACE = ' \\t-\\r';
const posixClasses: Record<string, string> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: SPACE,
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  word: WORD,
};

/** Throws `PatternProblem`. */
export function translatePattern(pattern: string): TranslatedPattern {
  if (pattern.length > LENGTH_MAX) throw new PatternProblem(`a regular expression may have ${LENGTH_MAX} characters`);
  return new Translator(pattern).translate();
}

/** Throws `PatternProblem`. */
export function compilePattern(pattern: string, moreFlags = ''): { expression: RegExp; hasEnd: boolean } {
  const { source, flags, hasEnd } = translatePattern(pattern);
  try {
    return { expression: new RegExp(source, flags + moreFlags), hasEnd };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new PatternProblem(message.replace(/^Invalid regular expression: [\s\S]*: /, 'is no regular expression: '));
  }
}

class Translator {
  readonly #pattern: string;
  #at = 0;
  #source = '';
  #hasEnd = false;
  #ignoresCase = false;
  #dotIsAll = false;
  #isMultiline = false;
  #groups = 0;
  #refersTo = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  translate(): TranslatedPattern {
    this.#leadingFlags();
    while (this.#at < this.#pattern.length) this.#piece();
    if (this.#refersTo > this.#groups) throw new PatternProblem(`there is no group \\${this.#refersTo} to refer to`);
    // A class that was spelled out keeps the pattern linear; the flag would not.
    return { source: this.#source, flags: this.#isMultiline ? 'm' : '', hasEnd: this.#hasEnd };
  }

  #leadingFlags(): void {
    const flags = /^\(\?[a-z]+\)/.exec(this.#pattern)?.[0];
    if (flags === undefined) return;
    this.#at = flags.length;
    this.#setFlags(flags);
  }

  /** They hold from here to the end. */
  #setFlags(written: string): void {
    for (const flag of written.slice(2, -1)) {
      if (flag === 'i') this.#ignoresCase = true;
      else if (flag === 's') this.#dotIsAll = true;
      else if (flag === 'm') this.#isMultiline = true;
      else throw new PatternProblem(`(?${flag}) is not supported in regular expressions`);
    }
  }

  #piece(): void {
    const character = this.#pattern[this.#at++]!;
    switch (character) {
      case '\\':
        this.#source += this.#escape(false);
        break;
      case '[':
        this.#class();
        break;
      case '.':
        this.#source += this.#dotIsAll ? '[\\s\\S]' : '[^\\n]';
        break;
      case '$':
        this.#hasEnd ||= !this.#isMultiline;
        this.#source += '$';
        break;
      case '(':
        this.#group();
        break;
      case '*':
      case '+':
      case '?':
        this.#quantifier(character);
        break;
      case '}':
        this.#source += '}';
        if (/\{\d+(?:,\d*)?\}$/.test(this.#source)) this.#refusePossessive();
        break;
      default:
        this.#source += this.#cased(character);
    }
  }

  #quantifier(character: string): void {
    this.#source += character;
    if (this.#pattern[this.#at] === '?') {
      this.#source += '?';
      this.#at++;
    } else {
      this.#refusePossessive();
    }
  }

  #refusePossessive(): void {
    if (this.#pattern[this.#at] === '+') {
      throw new PatternProblem('possessive quantifiers (*+, ++, ?+) are not supported in regular expressions');
    }
  }

  #group(): void {
    const flags = /^\?[a-z]+\)/.exec(this.#pattern.slice(this.#at, this.#at + 10))?.[0];
    if (flags !== undefined) {
      this.#at += flags.length;
      this.#setFlags(`(${flags}`);
      return;
    }
    this.#source += '(';
    const rest = this.#pattern.slice(this.#at, this.#at + 10);
    if (!rest.startsWith('?')) {
      this.#groups++;
      return;
    }
    if (rest.startsWith('?>'))
      throw new PatternProblem('atomic groups (?>...) are not supported in regular expressions');
    if (rest.startsWith('?#')) {
      const end = this.#pattern.indexOf(')', this.#at);
      this.#source += '?:)';
      this.#at = end < 0 ? this.#pattern.length : end + 1;
      return;
    }
    const kind = /^\?(?::|=|!|<=|<!|<[A-Za-z]\w*>)/.exec(this.#pattern.slice(this.#at))?.[0];
    if (kind === undefined) {
      throw new PatternProblem(`(${rest.slice(0, 4)} is not supported in regular expressions`);
    }
    if (/^\?<[A-Za-z]/.test(kind)) this.#groups++;
    this.#source += kind;
    this.#at += kind.length;
  }

  /** What follows a backslash. */
  #escape(isInClass: boolean): string {
    const character = this.#pattern[this.#at++];
    if (character === undefined) throw new PatternProblem('a regular expression may not end with a backslash');
    switch (character) {
      case 'A':
        return isInClass ? 'A' : '(?<![\\s\\S])';
      case 'z':
        return isInClass ? 'z' : '(?![\\s\\S])';
      case 'Z':
        return isInClass ? 'Z' : '(?=\\n?(?![\\s\\S]))';
      case 'Q':
        return this.#quoted();
      case 'w':
        return isInClass ? WORD : `[${WORD}]`;
      case 'W':
        if (isInClass) throw new PatternProblem('\\W in a class is not supported in regular expressions');
        return `[^${WORD}]`;
      case 's':
        return isInClass ? SPACE : `[${SPACE}]`;
      case 'S':
        return isInClass ? '\\S' : `[^${SPACE}]`;
      case 'p':
      case 'P':
      case 'G':
      case 'X':
        throw new PatternProblem(`\\${character} is not supported in regular expressions`);
      case 'a':
        return '\\x07';
      case 'e':
        return '\\x1b';
      case 'x':
      case 'u':
      case 'c':
        return this.#code(character);
      default:
        if (!isInClass && /[1-9]/.test(character)) this.#refersTo = Math.max(this.#refersTo, Number(character));
        return /[A-Za-z]/.test(character) && !'bBdDsSnrtfv'.includes(character)
          ? this.#cased(character, isInClass)
          : `\\${character}`;
    }
  }

  #code(letter: string): string {
    const digits = { x: /^[0-9a-fA-F]{1,2}/, u: /^[0-9a-fA-F]{4}/, c: /^[A-Za-z]/ }[letter]?.exec(
      this.#pattern.slice(this.#at),
    )?.[0];
    if (digits === undefined) throw new PatternProblem(`\\${letter} is cut off`);
    this.#at += digits.length;
    return letter === 'x' ? `\\x${digits.padStart(2, '0')}` : `\\${letter}${digits}`;
  }

  /** The text between \Q and \E as it is. */
  #quoted(): string {
    const end = this.#pattern.indexOf('\\E', this.#at);
    const text = this.#pattern.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#pattern.length : end + 2;
    let source = '';
    for (const character of text) source += /[\w\s]/.test(character) ? this.#cased(character) : `\\${character}`;
    return source;
  }

  #class(): void {
    let source = '[';
    if (this.#pattern[this.#at] === '^') {
      source += '^';
      this.#at++;
    }
    if (this.#pattern[this.#at] === ']') {
      source += '\\]';
      this.#at++;
    }
    for (;;) {
      const character = this.#pattern[this.#at++];
      if (character === undefined) throw new PatternProblem('[ is open in the regular expression');
      if (character === ']') break;
      if (character === '\\') {
        source += this.#escape(true);
      } else if (character === '[') {
        source += this.#posixClass();
      } else {
        source += this.#member(character);
      }
    }
    this.#source += `${source}]`;
  }

  #posixClass(): string {
    const match = /^:(\w+):\]/.exec(this.#pattern.slice(this.#at));
    if (match === null) return '\\[';
    const [written, name = ''] = match;
    const members = posixClasses[name];
    if (members === undefined) throw new PatternProblem(`[:${name}:] is not supported in regular expressions`);
    this.#at += written.length;
    return members;
  }

  /** A character of a class, with the range that it may begin. */
  #member(first: string): string {
    const last = /^-([^\]\\[])/.exec(this.#pattern.slice(this.#at, this.#at + 2))?.[1];
    if (last === undefined) return this.#cased(first, true);
    this.#at += 2;
    const range = `${first}-${last}`;
    if (!this.#ignoresCase) return range;
    if (/^[a-z]-[a-z]$/.test(range)) return range + range.toUpperCase();
    if (/^[A-Z]-[A-Z]$/.test(range)) return range + range.toLowerCase();
    if (/^[0-9]-[0-9]$/.test(range) || range > '\x7f') return range;
    return `${range}A-Za-z`;
  }

  #cased(character: string, isInClass = false): string {
    if (!this.#ignoresCase) return character;
    const lower = character.toLowerCase();
    const upper = character.toUpperCase();
    if (lower === upper || upper.length !== 1 || lower.length !== 1) return character;
    return isInClass ? lower + upper : `[${lower}${upper}]`;
  }
}
