/** The log of a task, followed to its end. */
import { useEffect, useState } from 'react';
import { describeError } from '../../api/api-problem.ts';
import { useSession } from '../../session/session-context.ts';
import { type LogLine, readLogLine } from './log-line.ts';

/** Kept on the page: older ones go. */
const LINES_MAX = 2_000;
/** Of those that are there already. */
const LINES_AT_FIRST = 500;

export interface FollowedLine {
  id: number;
  /** As it was printed. */
  text: string;
  line: LogLine;
}

export interface FollowedLog {
  lines: readonly FollowedLine[];
  /** Why it cannot be followed, for people; empty while it can. */
  problem: string;
  /** Nothing more will come. */
  isOver: boolean;
}

/** `path` of the API, for good: a component that shows another log is another one. */
export function useFollowedLog(path: string): FollowedLog {
  const { api } = useSession();
  const [lines, setLines] = useState<readonly FollowedLine[]>([]);
  const [problem, setProblem] = useState('');
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const stopped = new AbortController();
    const { signal } = stopped;
    let nextId = 0;
    // Of an answer that comes again with the earlier lines in it, the first lines are the same ones.
    let isFirst = true;
    const add = (texts: readonly string[]) => {
      const added = texts
        .filter((text) => text !== '')
        .map((text) => ({ id: nextId++, text, line: readLogLine(text) }));
      if (!isFirst && added.length === 0) return;
      const startsAnew = isFirst;
      isFirst = false;
      setLines((before) => [...(startsAnew ? [] : before), ...added].slice(-LINES_MAX));
    };
    /** One answer to its end; in how many seconds to ask again, null when it is all. */
    const read = async (): Promise<number | null> => {
      isFirst = true;
      nextId = 0;
      const query = { follow: true, tailLines: LINES_AT_FIRST };
      const answer = await api.fetch('GET', path, { query, signal });
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      let open = '';
      for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
        const texts = `${open}${part.value}`.split('\n');
        open = texts.pop() ?? '';
        add(texts);
      }
      add([open]);
      const again = answer.headers.get('refresh');
      return again === null ? null : Number(again);
    };
    const follow = async () => {
      for (let again = await read(); again !== null; again = await read()) {
        const ms = Math.max(1, again) * 1000;
        await new Promise((resolve) => setTimeout(resolve, ms));
        if (signal.aborted) return;
      }
      setOver(true);
    };
    follow().catch((error: unknown) => {
      if (!signal.aborted) setProblem(describeError(error).title);
    });
    return () => stopped.abort();
  }, [api, path]);
  return { lines, problem, isOver };
}
