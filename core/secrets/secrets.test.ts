// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are references to secrets.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MASKED, maskOf } from './secret-mask.ts';
import { replaceSecretReferences, secretNamesIn } from './secret-name.ts';
import { secretNameSchema } from './secret-name-schema.ts';

describe('secrets that a scenario names', () => {
  it('are found in every text of it, once, in order', () => {
    const flow = {
      headers: [['Authorization', 'Bearer ${secrets.TOKEN}']],
      '${secrets.IN_KEY}': 1,
      body: { fields: ['${__base64Encode(${secrets.USER}:${secrets.TOKEN})}'] },
      nothing: [null, true, 12n, '$secrets.A', '${secrets.}', '${secrets.1A}', '${secret.B}', '${secrets.C'],
    };
    expect(secretNamesIn(flow)).toEqual(['IN_KEY', 'TOKEN', 'USER']);
  });

  it('are replaced and nothing else is', () => {
    expect(replaceSecretReferences('a ${secrets.A} ${b} ${secrets.}', (name) => `<${name}>`)).toBe(
      'a <A> ${b} ${secrets.}',
    );
  });

  it('have names that are names of environment variables too', () => {
    for (const name of ['A', 'api_key', '_X9', 'A'.repeat(64)])
      expect(secretNameSchema.safeParse(name).success).toBe(true);
    for (const name of ['', '9A', 'a-b', 'a.b', 'A'.repeat(65), 'a\n', 'ä']) {
      expect(secretNameSchema.safeParse(name).success).toBe(false);
    }
  });
});

describe('masking', () => {
  const printable = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 40 });

  it('needs nothing without secrets', () => {
    expect(maskOf([])).toBeNull();
    expect(maskOf([''])).toBeNull();
  });

  it('leaves no form of a secret in a text', () => {
    fc.assert(
      fc.property(printable, printable, printable, (secret, before, after) => {
        const mask = maskOf([secret]) ?? ((text) => text);
        const points = [...secret];
        const forms = [
          secret,
          encodeURIComponent(secret),
          percentEncoded(secret),
          new URLSearchParams({ secret }).toString().slice('secret='.length),
          JSON.stringify(secret).slice(1, -1),
          secret.replaceAll('"', '""'),
          points.map((character) => `&#${character.codePointAt(0)};`).join(''),
          secret
            .split('')
            .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
            .join(''),
        ];
        for (const form of forms) expect(mask(`${before}${form}${after}`)).toContain(MASKED);
        const bytes = Buffer.byteLength(secret);
        if (bytes >= 9) expect(mask(Buffer.from(`${before}:${secret}${after}`).toString('base64'))).toContain(MASKED);
        expect(mask(forms.join('\n')).split('\n')).toEqual(forms.map(() => MASKED));
      }),
    );
  });

  function percentEncoded(text: string): string {
    return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  }

  it('leaves other texts alone', () => {
    expect(maskOf(['s3cret.value'])?.('s3cretXvalue s3cret')).toBe('s3cretXvalue s3cret');
  });

  it('hides the longer of two secrets whole', () => {
    expect(maskOf(['abcd', 'abcdefgh'])?.('x abcdefgh abcd')).toBe(`x ${MASKED} ${MASKED}`);
  });

  it('hides credentials in a Basic authorization', () => {
    const masked = maskOf(['correct horse battery'])?.(
      `Basic ${Buffer.from('ada:correct horse battery').toString('base64')}`,
    );
    expect(masked).toMatch(/^Basic YWRhO.{0,3}\[redacted\].{0,3}$/);
  });
});
