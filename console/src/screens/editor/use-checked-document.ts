/** A document with what the control plane finds wrong with it, asked a moment after the last key. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Validation } from '../../../../core/api/scenarios.ts';
import { useSession } from '../../session/session-context.ts';

const PAUSE_MS = 350;

/** The text as it was when nothing had been typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

export interface CheckedDocument {
  /** The text that was checked, or is being checked. */
  settled: string;
  /** Of the newest text that was checked; null before the first. */
  validation: Validation | null;
  error: unknown;
  isChecking: boolean;
}

export function useCheckedDocument(text: string, type: string): CheckedDocument {
  const { api } = useSession();
  const settled = useSettled(text);
  const { data, error, isFetching } = useQuery({
    queryKey: ['validation', type, settled],
    queryFn: async ({ signal }) =>
      (
        await api.send<Validation>('POST', '/scenarios/validate', {
          body: settled,
          headers: { 'content-type': type },
          signal,
        })
      ).body,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return { settled, validation: data ?? null, error, isChecking: isFetching || settled !== text };
}
