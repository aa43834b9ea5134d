/** Passwords: argon2id, as text that says how it was made (the PHC string format), so that hashes can be made costlier one day. */
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** What OWASP recommends at least; about 30 ms of one core. */
const COST = { memory: 19 * 1024, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Each takes 19 MiB: more at once wait. */
const AT_ONCE_MAX = 4;
const FORMAT = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** A text that no password can be computed from in reasonable time. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await compute(password, salt, { ...COST, tagLength: HASH_BYTES });
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Whether the hash is that of the password. Without a hash (null) it takes as long, and is false: nobody learns which accounts exist. */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', expected = ''] = FORMAT.exec(hash ?? (await nobodysHash())) ?? [];
  const expectedBytes = Buffer.from(expected, 'base64');
  if (expectedBytes.length === 0) return false;
  const given = await compute(password, Buffer.from(salt, 'base64'), {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expectedBytes.length,
  });
  return timingSafeEqual(given, expectedBytes) && hash !== null;
}

let ofNobody: Promise<string> | null = null;

function nobodysHash(): Promise<string> {
  ofNobody ??= hashPassword(randomBytes(SALT_BYTES).toString('hex'));
  return ofNobody;
}

type Cost = Pick<Argon2Parameters, 'memory' | 'passes' | 'parallelism' | 'tagLength'>;

let running = 0;
const waiting: (() => void)[] = [];

async function compute(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  while (running >= AT_ONCE_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const message = Buffer.from(password.normalize('NFKC'));
      argon2('argon2id', { ...cost, message, nonce }, (error, key) => (error ? reject(error) : resolve(key)));
    });
  } finally {
    running--;
    waiting.shift()?.();
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
