/** Makes HTML of the project's documents, as the console shows them: links between documents become links between screens. */
import { Marked, type Tokens } from 'marked';

export interface RenderedDocument {
  /** The heading of the first level, which is left out of `html`: the screen shows it. */
  title: string;
  html: string;
}

/** The beginning of a link to another site, in HTML. */
const externalLink = /<a href="https?:[^"]*"/g;
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
      // What the console does not show is named, and not linked.
      link(link) {
        const href = hrefOf(link.href);
        if (href === null) return this.parser.parseInline(link.tokens);
        link.href = href;
        return false;
      },
      // What scrolls must be reached by keyboard.
      code({ raw, text }) {
        return `<pre tabindex="0">${this.codespan({ type: 'codespan', raw, text })}</pre>\n`;
      },
      table(table) {
        const cells = (row: Tokens.TableCell[], tag: string) =>
          `<tr>${row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`;
        const rows = table.rows.map((row) => cells(row, 'td')).join('\n');
        return `<div class="written-table" tabindex="0"><table><thead>${cells(table.header, 'th')}</thead><tbody>${rows}</tbody></table></div>\n`;
      },
    },
  });
  const html = marked.parse(markdown, { async: false });
  return { title, html: html.replace(externalLink, '$& target="_blank" rel="noreferrer"') };
}

/** The documents that the README lists, as a list of links. `titleOf` gives the heading of a document by its name without `.md`. */
export function renderDocumentList(readme: string, titleOf: (name: string) => string): string {
  const entries = [...readme.matchAll(listEntry)].map(
    ([, name = '', about = '']) => `- [${titleOf(name)}](docs/${name}.md): ${about}`,
  );
  return renderDocument(entries.join('\n')).html;
}

/** Where the console has what a document links to; null: nowhere. */
function hrefOf(href: string): string | null {
  if (/^(?:https?:|#)/.test(href)) return href;
  const [, name, anchor = ''] = documentPath.exec(href) ?? [];
  return name === undefined ? null : `/docs/${name}${anchor}`;
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
