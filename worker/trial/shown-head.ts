/** The head of a request or a response as people are shown it. */
import { limits } from '../../core/limits.ts';
import type { Mask } from '../../core/secrets/secret-mask.ts';
import { beginning } from './shown-body.ts';

const credentials = /^((?:proxy-)?authorization:[ \t]*)(?:([A-Za-z][\w-]*)[ \t]+)?(?=\S).*$/gim;

/** Who can look at a try need not be the one who wrote its passwords down: of credentials, the scheme is left. */
export function shownRequestHead(head: string, mask: Mask): string {
  const blotted = head.replace(credentials, (_line, name: string, scheme: string | undefined) =>
    scheme === undefined ? `${name}***` : `${name}${scheme} ***`,
  );
  return shownHead(blotted, mask);
}

/** What is filled in may make it of any length. */
export function shownUrl(url: string): string {
  return beginning(url, limits.trialHeadCharactersMax);
}

/** One character a byte comes in; what is UTF-8 goes out as such. */
export function shownHead(head: string, mask: Mask): string {
  const bytes = Buffer.from(head, 'latin1');
  const text = bytes.toString('utf8');
  const isUtf8 = !text.includes('\ufffd');
  const lines = (isUtf8 ? text : head).trimEnd().replaceAll('\r\n', '\n');
  return beginning(mask(lines), limits.trialHeadCharactersMax);
}
