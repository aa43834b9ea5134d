/** An upload on its way to a scenario: sent once, however often it is asked what to make of it. */
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { ScenarioResource } from '../../../../core/api/scenarios.ts';
import type { CreateFromUpload } from '../../../../core/api/uploads.ts';
import { ApiProblem } from '../../api/api-problem.ts';
import { sendUpload } from '../../api/upload.ts';
import { useSession } from '../../session/session-context.ts';

export type Asked = Omit<CreateFromUpload, 'uploadId' | 'fileName'>;

export type UploadState =
  | { kind: 'idle' }
  /** `share`: of the file that is sent, 0 to 1. */
  | { kind: 'sending'; share: number }
  /** The server looks at it. */
  | { kind: 'reading' }
  | { kind: 'failed'; error: unknown };

/** `replaces`: id of the scenario whose script it replaces; null: it becomes a new one. */
export function useUpload(replaces: string | null, onDone: (scenario: ScenarioResource) => void) {
  const { api } = useSession();
  const queries = useQueryClient();
  const [state, setState] = useState<UploadState>({ kind: 'idle' });
  const [candidates, setCandidates] = useState<string[]>([]);
  const sent = useRef<{ file: File; id: string } | null>(null);

  async function make(file: File, asked: Asked): Promise<ScenarioResource> {
    if (sent.current?.file !== file) {
      setState({ kind: 'sending', share: 0 });
      const id = await sendUpload(api, file, { onProgress: (share) => setState({ kind: 'sending', share }) });
      sent.current = { file, id };
    }
    setState({ kind: 'reading' });
    const body = { uploadId: sent.current.id, fileName: file.name, ...asked };
    const [method, path] =
      replaces === null ? ['POST', '/scenarios/from-script'] : ['PUT', `/scenarios/${replaces}/script`];
    return (await api.send<ScenarioResource>(method, path, { body })).body;
  }

  return {
    state,
    /** Scripts of which one must be chosen; empty: there is no choice. */
    candidates,
    forget() {
      sent.current = null;
      setState({ kind: 'idle' });
      setCandidates([]);
    },
    async submit(file: File, asked: Asked): Promise<void> {
      try {
        const scenario = await make(file, asked);
        await Promise.all(
          ['scenario', 'scenarios'].map((queryKey) => queries.invalidateQueries({ queryKey: [queryKey] })),
        );
        onDone(scenario);
      } catch (error) {
        const isUnclear = error instanceof ApiProblem && error.code === 'main_script_unclear';
        if (isUnclear) setCandidates(error.fields.map(({ path }) => path));
        // It was used up, or forgotten: what was sent is sent anew.
        if (error instanceof ApiProblem && error.code === 'not_found') sent.current = null;
        setState({ kind: 'failed', error });
      }
    },
  };
}
