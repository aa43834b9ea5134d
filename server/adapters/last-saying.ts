/** The last thing that a task said, for people, found in the lines of its log. */

const TEXT_LENGTH_MAX = 500;
// biome-ignore-start lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal.
const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g;
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f]+/g;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: up to here

/** Null when they say nothing. */
export function lastSaying(lines: readonly string[]): string | null {
  for (const line of lines.toReversed()) {
    const said = sayingOf(line);
    if (said !== null) return said.length > TEXT_LENGTH_MAX ? `${said.slice(0, TEXT_LENGTH_MAX)}...` : said;
  }
  return null;
}

/** What a line says: the message of a JSON line, or a plain line. Windows do not; nor do stack frames and what else follows an error's line. */
function sayingOf(line: string): string | null {
  const plain = line.replace(COLOURS, '').replace(CONTROL_CHARACTERS, ' ').trimEnd();
  if (plain.startsWith('{')) return messageOf(plain);
  const tellsNothing = plain === '' || /^\s/.test(plain) || /^Node\.js v/.test(plain) || /^[}\])]+$/.test(plain);
  return tellsNothing ? null : plain;
}

function messageOf(json: string): string | null {
  try {
    const { message, error } = JSON.parse(json) as { message?: unknown; error?: unknown };
    if (typeof message !== 'string') return null;
    return typeof error === 'string' ? `${message}: ${error}` : message;
  } catch {
    return null;
  }
}
