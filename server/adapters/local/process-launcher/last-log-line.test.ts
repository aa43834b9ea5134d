import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { lastLogLine } from './last-log-line.ts';

describe('lastLogLine', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
  });
  afterEach(() => folder.remove());

  const lastOf = (content: string | Buffer) => {
    const path = join(folder.path, 'log');
    writeFileSync(path, content);
    return lastLogLine(path);
  };

  it.each([
    ['nothing', '', null],
    ['empty lines', '\n\n  \n', null],
    ['plain lines', 'first\nsecond\n\n', 'second'],
    ['a line without its end', 'first\nseco', 'seco'],
    ['messages', '{"message":"first"}\n{"level":"info","message":"second"}\n', 'second'],
    ['a message with its error', '{"message":"it failed","error":"no route"}\n', 'it failed: no route'],
    ['windows after a message', '{"message":"said"}\n{"seq":1}\n{"seq":2,"message":5}\n', 'said'],
    ['broken JSON after a message', 'said\n{"message":"hal', 'said'],
    [
      'an error that nobody caught',
      "file:///worker/main.ts:5\n  throw new Error('x');\n        ^\n\nError: the disk is on fire\n    at main.ts:5:9\n    at a {\n  code: 'EFIRE',\n  list: []\n}\n\nNode.js v24.21.0\n",
      'Error: the disk is on fire',
    ],
    ['colours and other control characters', '\u001b[1;31mred\u001b[0m\u0007 and \u009b2J blue\n', 'red  and  2J blue'],
  ])('of %s', (_what, content, expected) => {
    expect(lastOf(content)).toBe(expected);
  });

  it('is cut when it is long, and found at the end of a large log', () => {
    expect(lastOf(`${'x\n'.repeat(500_000)}${'y'.repeat(5_000)}\n`)).toBe(`${'y'.repeat(500)}...`);
  });

  it('is none in a log of bytes that say nothing', () => {
    expect(lastOf(Buffer.alloc(1_000_000))).toBeNull();
  });

  it('is none without a log', () => {
    expect(lastLogLine(join(folder.path, 'none'))).toBeNull();
  });
});
