/**
 * Finds out what separates the values of a data file, with the same answer as Taurus, which asks Python's `csv.Sniffer` about the beginning of the
 * file: the separator next to quotes, or else the one that each line holds equally often.
 */
const candidates = [',', '\t', ';'] as const;
const HEAD_CHARACTERS = 4_096;
const LINES_AT_ONCE = 10;
const STEADINESS_MIN = 0.9;

/** A comma when it cannot be told. */
export function guessDelimiter(text: string): string {
  const head = text.slice(0, HEAD_CHARACTERS).replace(/\r\n?/g, '\n');
  return besideQuotes(head) ?? steadiest(head.split('\n').filter((line) => line !== '')) ?? ',';
}

const quoted = [
  /(?<delimiter>[^\w\n"']) ?(?<quote>["']).*?\k<quote>\k<delimiter>/gms,
  /(?:^|\n)(?<quote>["']).*?\k<quote>(?<delimiter>[^\w\n"']) ?/gms,
  /(?<delimiter>[^\w\n"']) ?(?<quote>["']).*?\k<quote>(?:$|\n)/gms,
];

function besideQuotes(text: string): string | null {
  for (const pattern of quoted) {
    const found = [...text.matchAll(pattern)].map(({ groups }) => groups?.delimiter ?? '');
    if (found.length === 0) continue;
    const counts = candidates.map((each) => found.filter((delimiter) => delimiter === each).length);
    const most = Math.max(...counts);
    return most === 0 ? null : (candidates[counts.indexOf(most)] ?? null);
  }
  return null;
}

/** How often a line holds each candidate: how many lines there are for each number. */
type Tally = Map<number, number>;

function steadiest(lines: readonly string[]): string | null {
  const tallies = new Map<string, Tally>(candidates.map((each) => [each, new Map()]));
  let found: string[] = [];
  for (let start = 0; start < lines.length && found.length === 0; start += LINES_AT_ONCE) {
    for (const line of lines.slice(start, start + LINES_AT_ONCE)) {
      for (const [candidate, tally] of tallies) {
        const count = line.split(candidate).length - 1;
        tally.set(count, (tally.get(count) ?? 0) + 1);
      }
    }
    found = mostSteady(tallies, Math.min(start + LINES_AT_ONCE, lines.length));
  }
  return candidates.find((each) => found.includes(each)) ?? null;
}

/** Candidates that as many of the lines agree on as on any, if those are enough. */
function mostSteady(tallies: ReadonlyMap<string, Tally>, lines: number): string[] {
  const steadiness = [...tallies].map(([candidate, tally]) => {
    const [count, agreeing] = [...tally].reduce((best, each) => (each[1] > best[1] ? each : best));
    return { candidate, part: count === 0 ? 0 : (agreeing - (lines - agreeing)) / lines };
  });
  for (let percent = 100; percent >= STEADINESS_MIN * 100; percent--) {
    const enough = steadiness.filter(({ part }) => part * 100 >= percent - 1e-9);
    if (enough.length > 0) return enough.map(({ candidate }) => candidate);
  }
  return [];
}
