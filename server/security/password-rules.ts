/** Which passwords are refused: short ones, and those that are tried first. Length is all that counts otherwise. */
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from '../../core/api/identity.ts';
import { LoadstarError } from '../../core/errors.ts';

/** What long ones that many people have chosen are made of, in lower case and without digits and signs. */
const COMMON = new Set(
  'password passwort motdepasse contraseña qwerty qwertyuiop qwertz azerty asdfghjkl iloveyou letmein welcome admin administrator loadstar'.split(
    ' ',
  ),
);

const SEQUENCES = ['1234567890', '0987654321', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop'];

/** Throws `password_refused`, which never repeats the password. */
export function checkNewPassword(password: string, user: { email: string; name: string }): void {
  const problem = problemOf(password, user);
  if (problem === null) return;
  throw new LoadstarError('password_refused', `This password is refused: ${problem}.`, {
    fields: [{ path: 'newPassword', message: problem }],
  });
}

function problemOf(password: string, { email, name }: { email: string; name: string }): string | null {
  const { length } = [...password];
  if (length < PASSWORD_LENGTH_MIN) return `it has ${length} characters, at least ${PASSWORD_LENGTH_MIN} are needed`;
  if (password.length > PASSWORD_LENGTH_MAX) return `it has more than ${PASSWORD_LENGTH_MAX} characters`;
  if (new Set(password).size < 5) return 'it has too few different characters';
  const isSequence = SEQUENCES.some((row) =>
    row.repeat(Math.ceil(length / row.length) + 1).includes(password.toLowerCase()),
  );
  if (isSequence) return 'it is one of those that are tried first';
  const letters = password.toLowerCase().replace(/[^\p{L}]/gu, '');
  const doubled = letters.slice(0, letters.length / 2);
  if (COMMON.has(letters) || (letters === doubled + doubled && COMMON.has(doubled))) {
    return 'it is one of those that are tried first';
  }
  const own = [email, email.split('@')[0] ?? '', name].map((text) => text.toLowerCase());
  if (own.some((text) => text.length > 2 && password.toLowerCase().replace(text, '').length < 6)) {
    return 'it is made of your name or address';
  }
  return null;
}
