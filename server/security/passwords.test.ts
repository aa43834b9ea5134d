import { describe, expect, it } from 'vitest';
import { checkNewPassword } from './password-rules.ts';
import { hashPassword, isPassword } from './passwords.ts';

describe('a password', () => {
  it('is kept as an argon2id hash of its own', async () => {
    const [one, two] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await isPassword('correct horse', one)).toBe(true);
    expect(await isPassword('correct horse', two)).toBe(true);
    for (const wrong of ['correct hors', 'correct horse ', 'Correct horse', '', one]) {
      expect(await isPassword(wrong, one)).toBe(false);
    }
  });

  it('is checked with the cost that its hash was made with', async () => {
    // Made by the reference program: password "password", salt "somesalt".
    const known = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await isPassword('password', known)).toBe(true);
    expect(await isPassword('passwords', known)).toBe(false);
  });

  it('is the same however its letters are composed', async () => {
    const hash = await hashPassword('Gr\u00f6\u00dfe');
    expect(await isPassword('Gro\u0308\u00dfe', hash)).toBe(true);
  });

  it("is nobody's without a hash, or with a damaged one", async () => {
    expect(await isPassword('', null)).toBe(false);
    expect(await isPassword('anything', null)).toBe(false);
    for (const damaged of ['', 'anything', '$argon2id$v=19$m=8,t=1,p=1$$']) {
      expect(await isPassword('anything', damaged)).toBe(false);
    }
  });

  it('is checked for many at once', async () => {
    const hash = await hashPassword('correct horse');
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, i) => isPassword(i % 2 ? 'correct horse' : 'x', hash)),
    );
    expect(all).toEqual(Array.from({ length: 12 }, (_, i) => i % 2 === 1));
  });
});

describe('a new password', () => {
  const user = { email: 'augusta@example.com', name: 'Augusta Ada King' };
  const problemOf = (password: string) => {
    try {
      checkNewPassword(password, user);
      return null;
    } catch (error) {
      const { code, message, fields } = error as { code: string; message: string; fields: unknown };
      expect(code).toBe('password_refused');
      if (password.length > 3) expect(`${message} ${JSON.stringify(fields)}`).not.toContain(password);
      return message;
    }
  };

  it.each([
    '',
    'short',
    'elevenchars',
    'aaaaaaaaaaaaaaaa',
    'abababababababab',
    '123456789012345',
    'Password1234!',
    'passwordpassword',
    'Qwertyuiop12',
    'augusta@example.com',
    'augusta ada king',
    'augusta@example.com1',
    'x'.repeat(1_000_000),
  ])('is refused when it is %j', (password) => {
    expect(problemOf(password)).not.toBeNull();
  });

  it.each([
    'correct horse battery',
    'Tr0ub4dor&3-and-more',
    'größere Höhen überall',
    '🐎🔋📎🚀🌍🎲🎹🧭🪐🧩🪁🛶',
    'passwords are passe',
  ])('may be %j', (password) => {
    expect(problemOf(password)).toBeNull();
  });
});
