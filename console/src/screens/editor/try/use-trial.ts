/** One try at a time: it ends with the screen, and when somebody does not want it any more. */
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Trial } from '../../../../../core/api/trials.ts';
import { useSession } from '../../../session/session-context.ts';

export interface TriedDocument {
  text: string;
  /** Its media type. */
  type: string;
  /** The stored scenario whose files it names; null: there is none. */
  scenarioId: string | null;
}

export function useTrial() {
  const { api } = useSession();
  const running = useRef<AbortController | null>(null);
  const mutation = useMutation({
    mutationFn: async ({ scenarioId, text, type }: TriedDocument) => {
      const trying = new AbortController();
      running.current = trying;
      const { body } = await api.send<Trial>('POST', '/scenarios/try', {
        body: text,
        query: { scenarioId },
        headers: { 'content-type': type },
        signal: trying.signal,
      });
      return body;
    },
  });
  useEffect(() => () => running.current?.abort(), []);
  const isCancelled = running.current?.signal.aborted === true;
  return {
    isTrying: mutation.isPending,
    /** Of the last try, if it came to an end. */
    trial: mutation.data ?? null,
    triedText: mutation.data === undefined ? null : (mutation.variables?.text ?? null),
    error: isCancelled ? null : mutation.error,
    elapsedSeconds: useElapsedSeconds(mutation.isPending),
    begin: (document: TriedDocument) => mutation.mutate(document),
    cancel: () => running.current?.abort(),
  };
}

/** Whole seconds since it became true. */
function useElapsedSeconds(isRunning: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (!isRunning) return;
    const timer = setInterval(() => setSeconds((passed) => passed + 1), 1_000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return seconds;
}
