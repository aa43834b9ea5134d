/** Writing HTML by hand, safely: whatever comes from a run is text, never markup. */

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string | number): string {
  return String(text)
    .toWellFormed()
    .replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}

/** A table; the first column is text, the others are numbers. Cells are escaped. */
export function tableHtml(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const head = header.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const body = rows.map(([first = '', ...rest]) => {
    const cells = rest.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('');
    return `<tr><th scope="row">${escapeHtml(first)}</th>${cells}</tr>`;
  });
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}
