/** Reads a secret: typed at a terminal without being shown, or from a pipe. */
import type { Output } from './streams.ts';

/** More than anything that is asked for may have: it is refused there, and not cut here. */
const BYTES_MAX = 100_000;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';

/** Resolves with it, without the space around it; null when whoever was asked gave up (Ctrl-C). */
export async function readSecret(prompt: string, stdin: NodeJS.ReadStream, messages: Output): Promise<string | null> {
  if (stdin.isTTY !== true) return (await readAll(stdin)).trim();
  messages.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  try {
    return await typedLine(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    messages.write('\n');
  }
}

async function readAll(stdin: NodeJS.ReadStream): Promise<string> {
  stdin.setEncoding('utf8');
  let text = '';
  for await (const chunk of stdin) {
    text += chunk;
    if (text.length > BYTES_MAX) break;
  }
  return text;
}

/** In raw mode nothing is shown, and what the terminal would do with special keys is ours to do. */
function typedLine(stdin: NodeJS.ReadStream): Promise<string | null> {
  return new Promise((resolve) => {
    let typed = '';
    const done = (result: string | null) => {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      resolve(result);
    };
    const onEnd = () => done(typed === '' ? null : typed.trim());
    const onData = (chunk: string) => {
      for (const key of chunk) {
        if (key === '\r' || key === '\n') return done(typed.trim());
        if (key === CTRL_C) return done(null);
        if (key === CTRL_D) return onEnd();
        if (key === CTRL_U) typed = '';
        else if (key === '\b' || key === '\u007f') typed = typed.slice(0, -1);
        else if (typed.length < BYTES_MAX) typed += key;
      }
    };
    stdin.on('data', onData);
    stdin.on('end', onEnd);
    stdin.resume();
  });
}
