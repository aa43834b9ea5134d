/** Brings the panel into view, from wherever the page has been scrolled to. */

export const TRY_PANEL_ID = 'try-panel';

export function showTryPanel(): void {
  const panel = document.getElementById(TRY_PANEL_ID);
  panel?.scrollIntoView();
  panel?.focus({ preventScroll: true });
}
