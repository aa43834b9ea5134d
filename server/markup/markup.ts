/** HTML and SVG, written safely: whatever is put into a template is text, unless it is markup itself. */

/** Text that stands in a page as it is. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

export type Part = string | number | Markup | null | false | readonly Part[];

/** Makes markup of a template; a list is its parts one after the other, null and false are nothing. */
export function html(template: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(template.reduce((text, piece, i) => `${text}${markupOf(parts[i - 1] ?? null)}${piece}`));
}

function markupOf(part: Part): string {
  if (part === null || part === false) return '';
  if (part instanceof Markup) return part.html;
  return Array.isArray(part) ? part.map(markupOf).join('') : escapeText(String(part));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Halves of characters, which targets may send, would make the page no UTF-8. */
function escapeText(text: string): string {
  return text.toWellFormed().replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
