import { describe, expect, it } from 'vitest';
import { challengesOf } from './challenge.ts';
import { answerDigest, type DigestRequest } from './digest.ts';

function challenge(text: string) {
  const found = challengesOf(`HTTP/1.1 401 X\r\nWWW-Authenticate: ${text}\r\n\r\n`).get('digest');
  if (found === undefined) throw new Error(`no challenge in ${text}`);
  return found;
}

const noBody = Buffer.alloc(0);
/** The user and page of RFC 7616, 3.9.1. */
const mufasa: DigestRequest = {
  method: 'GET',
  target: '/dir/index.html',
  body: noBody,
  name: 'Mufasa',
  password: 'Circle of Life',
};
const rfc = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
const CNONCE = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

describe('the answer to a Digest challenge', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('with %s, as in RFC 7616', (algorithm, response) => {
    const answer = answerDigest(challenge(rfc(algorithm)), mufasa, CNONCE) ?? '';
    expect(answer).toContain(`response="${response}"`);
    expect(answer).toMatch(
      /^Digest username="Mufasa", realm="http-auth@example.org", nonce="7ypf[^"]*", uri="\/dir\/index.html", response="[^"]*", qop=auth, nc=00000001, cnonce="f2[^"]*", algorithm=(MD5|SHA-256), opaque="FQhe[^"]*"$/,
    );
  });

  it.each([
    [
      'MD5, with quotes and a query',
      'Digest realm="r ealm", nonce="n1", qop="auth", opaque="op"',
      '/digest/b?q=1',
      'c34889d8a586593d',
      'd87babc734ac6d143797f9f048912796',
    ],
    [
      'SHA-256',
      'Digest realm="r ealm", nonce="n2", qop="auth", opaque="op", algorithm=SHA-256',
      '/dsha',
      '3a4b68f29258f5a5',
      'bbdbb029a3ac6077f38bc3a062b88ed49212eff3bafbf6f1e1ed4cca34208b0b',
    ],
    [
      'MD5-sess',
      'Digest realm="r ealm", nonce="n5", qop="auth", opaque="op", algorithm=MD5-sess',
      '/dsess',
      '628f8cfff9d9ea62',
      'daa88c6667d92154cf79f298bd98aa19',
    ],
  ])('with %s, as recorded from JMeter', (_, text, target, cnonce, response) => {
    const request = { method: 'GET', target, body: noBody, name: 'du"q', password: 'dp' };
    const answer = answerDigest(challenge(text), request, cnonce);
    expect(answer).toContain(`response="${response}"`);
    expect(answer).toContain('username="du\\"q"');
  });

  it('covers a body where the server asks for that', () => {
    const text = 'Digest realm="x", nonce="nn", qop="auth-int"';
    const request = { method: 'POST', target: '/dint', body: Buffer.from('hello'), name: 'bu', password: 'bp:\xe9' };
    expect(answerDigest(challenge(text), request)).toContain('qop=auth-int');
    expect(answerDigest(challenge(text), request, 'c')).not.toBe(
      answerDigest(challenge(text), { ...request, body: Buffer.from('other') }, 'c'),
    );
  });

  it('without qop is that of older servers', () => {
    const answer = answerDigest(challenge('Digest realm="x", nonce="nn"'), mufasa);
    expect(answer).not.toMatch(/qop|cnonce|nc=/);
  });

  it.each([
    'Digest realm="x"',
    'Digest nonce="x"',
    'Digest realm="x", nonce="n", algorithm=ROT13',
    'Digest realm="x", nonce="n", qop="else"',
  ])('is none to %s', (text) => expect(answerDigest(challenge(text), mufasa)).toBeNull());
});

describe('challenges', () => {
  it('of several schemes in one header, or in many', () => {
    const all = challengesOf(
      'HTTP/1.1 401 X\r\nwww-authenticate: Basic realm="a, b=c", Digest realm="d\\"e", nonce=n ,Negotiate\r\nX: y\r\nWWW-Authenticate: NTLM\r\n\r\n',
    );
    expect([...all.keys()]).toEqual(['basic', 'digest', 'negotiate', 'ntlm']);
    expect(all.get('basic')?.parameters.get('realm')).toBe('a, b=c');
    expect(Object.fromEntries(all.get('digest')?.parameters ?? [])).toEqual({ realm: 'd"e', nonce: 'n' });
  });

  it.each(['', '=', '"', ',,,', 'a="', '='.repeat(100_000), 'a,'.repeat(50_000), `a="${'\\"'.repeat(50_000)}`])(
    'hostile: %#',
    (text) => expect(challengesOf(`HTTP/1.1 401 X\r\nWWW-Authenticate: ${text}\r\n\r\n`)).toBeInstanceOf(Map),
  );
});
