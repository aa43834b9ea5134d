/** Downloads artifacts of a run by the browser itself, so that they may be of any size. */
import type { ArtifactUrl } from '../../../../core/api/runs.ts';
import { saveFrom } from '../../format/csv.ts';
import { useSession } from '../../session/session-context.ts';
import { useAction } from '../../shell/use-action.ts';

/** To be called with the path of one; null: all of them as one zip. */
export function useSaveArtifacts(runId: string) {
  const { api } = useSession();
  return useAction({
    run: async (path: string | null) => {
      const body = path === null ? {} : { path };
      const { body: made } = await api.send<ArtifactUrl>('POST', `/runs/${runId}/artifact-url`, { body });
      saveFrom(api.absoluteUrl(made.url));
    },
    failure: 'It could not be downloaded',
    changes: [],
  });
}
