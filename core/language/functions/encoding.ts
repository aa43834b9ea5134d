/** Functions that encode, decode and digest. */
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { escapeHtml, escapeXml, unescapeHtml } from './entities.ts';
import type { FunctionDefinition } from './function.ts';

function ofOne(
  name: string,
  gives: string,
  run: (text: string) => string | null,
  variable = false,
): FunctionDefinition {
  if (!variable) return { usage: `${name}(text)`, gives, fewest: 1, most: 1, run: ([text = '']) => run(text) };
  return { usage: `${name}(text,variable)`, gives, fewest: 1, most: 2, result: 1, run: ([text = '']) => run(text) };
}

type Digest = (bytes: Uint8Array) => Uint8Array;

const digests: Record<string, Digest> = {
  MD5: md5,
  SHA: sha1,
  SHA1: sha1,
  SHA224: sha224,
  SHA256: sha256,
  SHA384: sha384,
  SHA512: sha512,
};
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const digestOf = (name: string): Digest | undefined => digests[name.toUpperCase().replace(/^SHA-/, 'SHA')];

export const encodingFunctions: Record<string, FunctionDefinition> = {
  __urlencode: ofOne('__urlencode', 'the text as a value of a query', urlEncode),
  __urldecode: ofOne('__urldecode', 'the text that a value of a query stands for', urlDecode),
  __base64Encode: ofOne('__base64Encode', 'the text (UTF-8) in Base64', (text) => toBase64(encoder.encode(text)), true),
  __base64Decode: ofOne('__base64Decode', 'the text (UTF-8) that stands in Base64', fromBase64, true),
  __escapeHtml: ofOne('__escapeHtml', 'the text with HTML entities', escapeHtml),
  __unescapeHtml: ofOne('__unescapeHtml', 'the text that HTML entities stand for', unescapeHtml),
  __escapeXml: ofOne('__escapeXml', 'the text with XML entities', escapeXml),
  __unescape: ofOne('__unescape', 'the text that escapes of Java (\\n, \\u0041) stand for', unescapeJava),
  __digest: {
    usage: '__digest(algorithm,text,salt,upper,variable)',
    gives: 'the digest of text and salt in hexadecimal; true as fourth argument: in upper case',
    fewest: 2,
    most: 5,
    result: 4,
    problem([algorithm = '']) {
      if (algorithm === null || digestOf(algorithm) !== undefined) return null;
      return `there is no digest ${algorithm}, but MD5, SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512`;
    },
    run([algorithm = '', text = '', salt = '', upper = '']) {
      const digest = digestOf(algorithm);
      if (digest === undefined) return null;
      const hexadecimal = toHexadecimal(digest(encoder.encode(text + salt)));
      return upper.toLowerCase() === 'true' ? hexadecimal.toUpperCase() : hexadecimal;
    },
  },
  __MD5: ofOne('__MD5', 'the MD5 digest in hexadecimal', (text) => toHexadecimal(md5(encoder.encode(text))), true),
};

function urlEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function urlDecode(text: string): string | null {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null;
  const spaced = text.replaceAll('+', ' ');
  return spaced.replace(/(?:%[0-9a-fA-F]{2})+/g, (written) => {
    const bytes = written
      .slice(1)
      .split('%')
      .map((digits) => Number.parseInt(digits, 16));
    return decoder.decode(Uint8Array.from(bytes));
  });
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Null for what is no Base64; line breaks and missing `=` are taken. */
function fromBase64(text: string): string | null {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return decoder.decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}

function toHexadecimal(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

const javaEscapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function unescapeJava(text: string): string {
  return text.replace(/\\(?:u+([0-9a-fA-F]{4})|([0-3]?[0-7]{1,2})|([\s\S]))/g, (_, hexadecimal, octal, other) => {
    if (hexadecimal !== undefined) return String.fromCharCode(Number.parseInt(hexadecimal, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return javaEscapes[other] ?? other;
  });
}
