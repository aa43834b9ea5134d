/** Makes HTML of the project's documents, as the console shows them: links between documents become links between screens. */
import { Marked, type Tokens } from 'marked';

export interface RenderedDocument {
  /** The heading of the first level, which is left out of `html`: the screen shows it. */
  title: string;
  html: string;
}

/** A document beside this one, or below `docs/` of the project. */
const documentPath = /^(?:docs\/)?([a-z0-9-]+)\.md(#.*)?$/;
/** An entry of the README's list of documents. */
const listEntry = /^- \[docs\/([a-z0-9-]+)\.md\]\([^)]*\): (.+)$/gm;

/** `markdown` is the project's own: HTML in it is not made harmless. */
export function renderDocument(markdown: string): RenderedDocument {
  const taken = new Map<string, number>();
  let title = '';
  const marked = new Marked({
    renderer: {
      heading({ depth, text, tokens }) {
        if (depth === 1) {
          title = text;
          return '';
        }
        return `<h${depth} id="${anchorOf(text, taken)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link(link) {
        return linkTo(link, this.parser.parseInline(link.tokens));
      },
      // What scrolls must be reached by keyboard.
      code: ({ text }) => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>\n`,
      table(table) {
        const cells = (row: Tokens.TableCell[], tag: string) =>
          `<tr>${row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`;
        const rows = table.rows.map((row) => cells(row, 'td')).join('\n');
        return `<div class="written-table" tabindex="0"><table><thead>${cells(table.header, 'th')}</thead><tbody>${rows}</tbody></table></div>\n`;
      },
    },
  });
  const html = marked.parse(markdown, { async: false });
  return { title, html };
}

/** The documents that the README lists, as a list of links. `titleOf` gives the heading of a document by its name without `.md`. */
export function renderDocumentList(readme: string, titleOf: (name: string) => string): string {
  const marked = new Marked({
    renderer: {
      link(link) {
        return linkTo(link, this.parser.parseInline(link.tokens));
      },
    },
  });
  const entries = [...readme.matchAll(listEntry)].map(([, name = '', about = '']) => {
    const shown = marked.parseInline(about, { async: false });
    return `<li><a href="/docs/${name}">${escapeHtml(titleOf(name))}</a>: ${shown}</li>`;
  });
  return `<ul>\n${entries.join('\n')}\n</ul>\n`;
}

/** What the console does not show is named, and not linked. */
function linkTo({ href }: Tokens.Link, shown: string): string {
  if (/^https?:/.test(href)) return `<a href="${escapeHtml(href)}" target="_blank" rel="noreferrer">${shown}</a>`;
  if (href.startsWith('#')) return `<a href="${href}">${shown}</a>`;
  const [, name, anchor = ''] = documentPath.exec(href) ?? [];
  return name === undefined ? shown : `<a href="/docs/${name}${anchor}">${shown}</a>`;
}

/** As where the documents are read too: lower case, hyphens for spaces, punctuation left out, numbers after what was there before. */
function anchorOf(heading: string, taken: Map<string, number>): string {
  const anchor = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
  const before = taken.get(anchor) ?? 0;
  taken.set(anchor, before + 1);
  return before === 0 ? anchor : `${anchor}-${before}`;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');
