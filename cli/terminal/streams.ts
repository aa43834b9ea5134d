/** Where the CLI writes: results to standard output, progress and errors to standard error. */
import type { WriteStream } from 'node:tty';
import { createStyle, hasColours, hasUnicode, type Style } from './style.ts';

export interface Output {
  write(text: string): void;
  isTty: boolean;
  /** Columns of the terminal now; null when it is none. */
  columns(): number | null;
  style: Style;
}

const COLUMNS_UNKNOWN = 80;

/** Makes an `Output` of a process's stream. A reader that went away (`loadstar run ... | head`) is no error: the run goes on. */
export function outputTo(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv = process.env): Output {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    gone = true;
  });
  const isTty = stream.isTTY === true;
  return {
    write: (text) => {
      if (!gone) stream.write(text);
    },
    isTty,
    columns: () => (isTty ? (stream as WriteStream).columns || COLUMNS_UNKNOWN : null),
    style: createStyle({
      colours: hasColours(environment, isTty),
      unicode: hasUnicode(environment, process.platform),
    }),
  };
}
