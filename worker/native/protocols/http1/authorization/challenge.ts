/** What a WWW-Authenticate header asks for. */
import { headerValues } from '../head-text.ts';

export interface Challenge {
  /** Lower case. */
  scheme: string;
  /** By their names in lower case, without quotes. */
  parameters: ReadonlyMap<string, string>;
}

const HEADER_CHARACTERS_MAX = 8_192;
const parameter = /^[\t ,]*([^\t ,="]+)[\t ]*=[\t ]*(?:"((?:[^"\\]|\\.)*)"|([^\t ,"]*))/;
const scheme = /^[\t ,]*([^\t ,="]+)(?=[\t ,]|$)/;

/** Of all such headers in a head: one for each scheme, of which the last counts. */
export function challengesOf(head: string): Map<string, Challenge> {
  const challenges = new Map<string, Challenge>();
  for (const value of headerValues(head, 'www-authenticate')) {
    let rest = value.slice(0, HEADER_CHARACTERS_MAX);
    let parameters = new Map<string, string>();
    for (;;) {
      const pair = parameter.exec(rest);
      const name = pair === null ? scheme.exec(rest) : null;
      if (pair !== null) parameters.set(pair[1]!.toLowerCase(), pair[2]?.replace(/\\(.)/g, '$1') ?? pair[3] ?? '');
      else if (name !== null) {
        parameters = new Map();
        challenges.set(name[1]!.toLowerCase(), { scheme: name[1]!.toLowerCase(), parameters });
      } else break;
      rest = rest.slice((pair ?? name)![0].length);
    }
  }
  return challenges;
}
