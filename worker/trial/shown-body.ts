/** A body as people are shown it: text, cut where it is long, or how many bytes it has. */
import type { TrialBody } from '../../core/api/trials.ts';
import { limits } from '../../core/limits.ts';
import type { Mask } from '../../core/secrets/secret-mask.ts';

/** What no text has: control characters but tab, line ends, form feed, backspace and escape, and what could not be decoded. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const foreign = /[\0-\x07\x0b\x0e-\x1a\x1c-\x1f\x7f\ufffd]/g;
/** Of so many characters, the first one is forgiven. */
const CHARACTERS_EACH = 100;
const LOOKED_INTO = 4_096;

export interface BodyToShow {
  sizeBytes: number;
  text: string;
  /** The text is not all of it. */
  isCut: boolean;
  problem: string | null;
}

export function shownBody({ sizeBytes, text, isCut, problem }: BodyToShow, mask: Mask): TrialBody {
  if (problem !== null) return { sizeBytes, text: null, isCut: false, problem };
  if (!isText(text)) return { sizeBytes, text: null, isCut: false, problem: null };
  const masked = mask(text);
  const shown = beginning(masked, limits.trialBodyCharactersMax);
  return { sizeBytes, text: shown, isCut: isCut || shown.length < masked.length, problem: null };
}

/** So many characters of it, none of them half of one. What is secret must be masked before: of a part of it, nobody can tell that it is one. */
export function beginning(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const isSplit = /[\ud800-\udbff]/.test(text.charAt(charactersMax - 1));
  return text.slice(0, isSplit ? charactersMax - 1 : charactersMax);
}

function isText(text: string): boolean {
  const looked = text.slice(0, LOOKED_INTO);
  const found = looked.match(foreign)?.length ?? 0;
  return found === 0 || (found < looked.length / CHARACTERS_EACH && !looked.includes('\0'));
}
