/** `90`, `1:30` or `0:01:30` as seconds; null when it is none of them. */
export function parseSecond(text: string): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,7}(:[0-5]?\d){0,2}$/.test(trimmed)) return null;
  return trimmed.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0);
}
