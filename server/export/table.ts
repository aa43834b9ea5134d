import { html, type Markup } from '../markup/markup.ts';

/** A table; the first column is text, the others are numbers. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): Markup {
  const head = header.map((name) => html`<th scope="col">${name}</th>`);
  const body = rows.map(
    ([first = '', ...rest]) =>
      html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  );
  return html`<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
