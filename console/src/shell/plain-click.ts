/** What a click on a link asks for. */
export interface Click {
  button?: number;
  altKey?: boolean;
  ctrlKey?: boolean;
  metaKey?: boolean;
  shiftKey?: boolean;
}

/** False where a new tab or window, or a download, is asked for: those are the browser's to open. */
export function isPlainClick({ altKey, button = 0, ctrlKey, metaKey, shiftKey }: Click): boolean {
  return button === 0 && !(altKey || ctrlKey || metaKey || shiftKey);
}
