/**
 * Finds what a page or a style sheet embeds: the same elements as JMeter's default parser does, which looks at tags and not at a tree. Not looked
 * for, as there: pictures of style sheets, `srcset`, media.
 */
import { Token, Tokenizer, TokenizerMode } from 'parse5';
import { type DocumentKind, documentKinds } from '../response-grammar.ts';

/** Tags whose content is text. */
const textModes: Readonly<Record<string, Tokenizer['state']>> = {
  script: TokenizerMode.SCRIPT_DATA,
  style: TokenizerMode.RAWTEXT,
  xmp: TokenizerMode.RAWTEXT,
  iframe: TokenizerMode.RAWTEXT,
  noembed: TokenizerMode.RAWTEXT,
  noframes: TokenizerMode.RAWTEXT,
  noscript: TokenizerMode.RAWTEXT,
  title: TokenizerMode.RCDATA,
  textarea: TokenizerMode.RCDATA,
  plaintext: TokenizerMode.PLAINTEXT,
};
const embeddingTags: ReadonlySet<string> = new Set(['img', 'script', 'iframe', 'frame', 'embed', 'bgsound']);
const embeddingLinks: ReadonlySet<string> = new Set(['stylesheet', 'icon', 'shortcut icon', 'preload']);
const styleAddress = /url\(\s*['"](.*)['"]\s*\)/i;
const STYLE_CHARACTERS_MAX = 4_096;
/** Beyond these, a document is not looked at any more. */
const FOUND_MAX = 1_000;
const ATTRIBUTES_MAX = 1_000;
/** Read at once. */
const CHUNK_CHARACTERS = 16 * 1024;

/** Absolute http(s) urls, without fragments, in the document's order, none of them twice. */
export function findResources(text: string, kind: DocumentKind, documentUrl: string): URL[] {
  const found = new Found(documentUrl);
  if (kind === documentKinds.css) findImports(text, found);
  else if (text.includes('<')) new PageTokens(found).read(text);
  return found.urls;
}

class Found {
  readonly urls: URL[] = [];
  #known = new Set<string>();
  #base: URL | null;

  constructor(documentUrl: string) {
    this.#base = URL.parse(documentUrl);
  }

  get isFull(): boolean {
    return this.urls.length >= FOUND_MAX;
  }

  setBase(address: string): void {
    this.#base = this.#resolve(address) ?? this.#base;
  }

  /** `folder`: what the address is relative to, if not the base. */
  add(address: string | null, folder: string | null = null): void {
    const trimmed = address?.trim() ?? '';
    const url = trimmed === '' || this.isFull ? null : this.#resolve(trimmed, folder);
    if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return;
    // With its fragment: what differs by that alone is requested again, as JMeter does.
    if (this.#known.has(url.href)) return;
    this.#known.add(url.href);
    this.urls.push(url);
  }

  #resolve(address: string, folder: string | null = null): URL | null {
    const base = folder === null ? this.#base : this.#resolve(folder);
    return base === null ? null : URL.parse(address, base.href);
  }
}

class BoundedTokenizer extends Tokenizer {
  /** Each attribute is compared with all others of its tag. */
  get hasTooManyAttributes(): boolean {
    const token = this.currentToken;
    return token !== null && 'attrs' in token && token.attrs.length > ATTRIBUTES_MAX;
  }
}

class PageTokens {
  #found: Found;
  #tokenizer: BoundedTokenizer;

  constructor(found: Found) {
    this.#found = found;
    const ignore = (): void => {};
    this.#tokenizer = new BoundedTokenizer(
      { sourceCodeLocationInfo: false },
      {
        onStartTag: (tag) => this.#onStartTag(tag),
        onEndTag: ignore,
        onComment: ignore,
        onDoctype: ignore,
        onEof: ignore,
        onCharacter: ignore,
        onNullCharacter: ignore,
        onWhitespaceCharacter: ignore,
      },
    );
  }

  read(text: string): void {
    for (let start = 0; start < text.length; start += CHUNK_CHARACTERS) {
      const end = start + CHUNK_CHARACTERS;
      this.#tokenizer.write(text.slice(start, end), end >= text.length);
      if (this.#tokenizer.hasTooManyAttributes || this.#found.isFull) return;
    }
  }

  #onStartTag(tag: Token.TagToken): void {
    const name = tag.tagName;
    const found = this.#found;
    const attributeOf = (attribute: string): string | null => Token.getTokenAttr(tag, attribute);
    if (tag.attrs.length > 0) {
      if (embeddingTags.has(name)) found.add(attributeOf('src'));
      else if (name === 'link') {
        if (embeddingLinks.has(attributeOf('rel')?.toLowerCase() ?? '')) found.add(attributeOf('href'));
      } else if (name === 'base') found.setBase(attributeOf('href') ?? '');
      else if (name === 'input') {
        if (attributeOf('type')?.toLowerCase() === 'image') found.add(attributeOf('src'));
      } else if (name === 'object') {
        found.add(attributeOf('data'));
        found.add(attributeOf('codebase'));
      } else if (name === 'applet') found.add(attributeOf('code'), attributeOf('codebase'));
      else found.add(attributeOf('background'));
      const style = attributeOf('style');
      if (style !== null && style.length <= STYLE_CHARACTERS_MAX) found.add(styleAddress.exec(style)?.[1] ?? null);
    }
    const mode = textModes[name];
    if (mode === undefined || !Object.hasOwn(textModes, name)) return;
    this.#tokenizer.lastStartTagName = name;
    this.#tokenizer.state = mode;
  }
}

/** `@import "a.css"` and `@import url(a.css)`. */
function findImports(text: string, found: Found): void {
  const rule = /@import\s+(?:url\(\s*)?(?:"([^"]*)"|'([^']*)'|([^\s"'();]+))/gi;
  const plain = withoutComments(text);
  for (let match = rule.exec(plain); match !== null && !found.isFull; match = rule.exec(plain)) {
    found.add(match[1] ?? match[2] ?? match[3] ?? null);
  }
}

function withoutComments(text: string): string {
  const parts: string[] = [];
  let start = 0;
  for (;;) {
    const open = text.indexOf('/*', start);
    if (open < 0) return parts.join('') + text.slice(start);
    parts.push(text.slice(start, open));
    const close = text.indexOf('*/', open + 2);
    if (close < 0) return parts.join('');
    start = close + 2;
  }
}
