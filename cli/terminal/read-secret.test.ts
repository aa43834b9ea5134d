import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { recordedOutputs } from '../fixtures/recorded-output.ts';
import { readSecret } from './read-secret.ts';

/** A terminal at which these pieces are typed. */
function terminal(...pieces: string[]) {
  const modes: boolean[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (raw: boolean) => void modes.push(raw) });
  for (const piece of pieces) stream.write(piece);
  return { stdin: stream as unknown as NodeJS.ReadStream, modes };
}

describe('a secret', () => {
  it('is typed without being shown, and can be corrected', async () => {
    for (const [typed, secret] of [
      [['abc', 'd\r'], 'abcd'],
      [['abx\u007fc\n'], 'abc'],
      [['wrong\u0015 abc \r'], 'abc'],
      [['\u0003'], null],
      [['abc\u0003'], null],
      [['\u0004'], null],
    ] as const) {
      const { stdin, modes } = terminal(...typed);
      const outputs = recordedOutputs();
      expect([typed, await readSecret('Token: ', stdin, outputs.messages)]).toEqual([typed, secret]);
      expect(outputs.messageText()).toBe('Token: \n');
      expect(modes).toEqual([true, false]);
    }
  });

  it('comes from a pipe as it is, without a prompt', async () => {
    const outputs = recordedOutputs();
    const stdin = new PassThrough().end(' abc\n') as unknown as NodeJS.ReadStream;
    expect(await readSecret('Token: ', stdin, outputs.messages)).toBe('abc');
    expect(outputs.messageText()).toBe('');
  });
});
