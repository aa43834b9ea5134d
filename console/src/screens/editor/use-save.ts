/** Saves what is edited, at the version that it was read at, and knows whether anything is left to save. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type BlockerFunction, useBlocker, useNavigate } from 'react-router';
import type { ScenarioResource } from '../../../../core/api/scenarios.ts';
import { ApiProblem } from '../../api/api-problem.ts';
import { useSession } from '../../session/session-context.ts';
import { useAction } from '../../shell/use-action.ts';
import { useStartRun } from '../../shell/use-start-run.ts';

interface Saving {
  /** As it was when the editor was opened; null: not stored yet. */
  stored: ScenarioResource | null;
  text: string;
  /** The text that needs no saving. */
  initial: string;
  type: string;
  /** What somebody else has saved meanwhile, with plain line ends, is to be shown instead. */
  onTheirs(text: string): void;
}

/** As the editor of YAML has it. */
export const withPlainLineEnds = (text: string): string => text.replace(/\r\n?/g, '\n');

export function useSave({ initial, onTheirs, stored, text, type }: Saving) {
  const { api } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [base, setBase] = useState(stored);
  const [isOutdated, setOutdated] = useState(false);
  const start = useStartRun();
  const saved = useRef(initial);
  const save = useAction({
    run: async ({ sent }: { sent: string; next: 'stay' | 'run' }) => {
      const headers = { 'content-type': type, ...(base === null ? {} : { 'if-match': `"${base.version}"` }) };
      const [method, path] = base === null ? ['POST', '/scenarios'] : ['PUT', `/scenarios/${base.id}`];
      const { body } = await api
        .send<ScenarioResource>(method!, path!, { body: sent, headers })
        .catch((error: unknown) => {
          if (error instanceof ApiProblem && error.status === 412) setOutdated(true);
          throw error;
        });
      saved.current = sent;
      setBase(body);
      setOutdated(false);
      queries.setQueryData(['scenario', body.id], body);
      return body;
    },
    failure: 'The scenario could not be saved',
    success: ({ name }) => `${name} is saved.`,
    changes: ['scenarios'],
    onDone: ({ id }, { next }) => {
      if (next === 'run') start.mutate(id);
      else if (stored === null) navigate(`/scenarios/${id}/edit${window.location.search}`, { replace: true });
    },
  });
  const takeTheirs = useAction({
    run: async () => await api.get<ScenarioResource>(`/scenarios/${base?.id}`),
    failure: 'Their version could not be loaded',
    changes: [],
    onDone: (theirs) => {
      saved.current = withPlainLineEnds(theirs.text);
      setBase(theirs);
      setOutdated(false);
      onTheirs(saved.current);
    },
  });
  const leaving = useLeaving(text, saved);
  const isChanged = text !== saved.current;
  useWarnBeforeUnload(isChanged);
  return {
    base,
    isChanged,
    isBusy: save.isPending || start.isPending,
    save: (next: 'stay' | 'run') => {
      // Nothing to save: the run begins as it is.
      if (next === 'run' && base !== null && !isChanged) start.mutate(base.id);
      else save.mutate({ sent: text, next });
    },
    leaving,
    /** Somebody else has saved it since it was read: it can be saved again once theirs was taken. */
    isOutdated,
    takeTheirs: () => takeTheirs.mutate(),
  };
}

/** Stops who goes to another page with a text that was not saved. */
function useLeaving(text: string, saved: { readonly current: string }) {
  // Looked at in the moment of leaving: what was saved just now is no reason to stay.
  const latest = useRef(text);
  latest.current = text;
  const isLost = useCallback<BlockerFunction>(
    ({ currentLocation, nextLocation }) =>
      latest.current !== saved.current && currentLocation.pathname !== nextLocation.pathname,
    [saved],
  );
  return useBlocker(isLost);
}

function useWarnBeforeUnload(isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isChanged]);
}
