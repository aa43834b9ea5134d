/** The control plane of `loadstar run`: the local one, for the time of a run. */
import { LoadstarError } from '../../core/errors.ts';
import { openLocalControlPlane } from '../../server/main/local.ts';
import type { OpenControlPlane } from './control-plane.ts';

export const openLocal: OpenControlPlane = async ({ home, capacity, onTrouble }) => {
  const local = await openLocalControlPlane({
    home,
    regions: capacity,
    log: (level, message, fields) => {
      if (level === 'error') onTrouble(typeof fields?.error === 'string' ? `${message}: ${fields.error}` : message);
    },
  });
  return {
    start: async (scenario, files) => (await local.startRun(scenario, files)).id,
    watch: async (runId, onProgress) => {
      await local.watchRun(runId, onProgress);
    },
    cancel: async (runId) => {
      try {
        await local.cancelRun(runId);
      } catch (error) {
        // It has ended meanwhile: there is nothing to cancel any more.
        if (!(error instanceof LoadstarError && error.code === 'run_state_conflict')) throw error;
      }
    },
    readReport: async (runId) => {
      try {
        return await local.readReport(runId);
      } catch (error) {
        if (error instanceof LoadstarError && error.code === 'not_found') return null;
        throw error;
      }
    },
    reasonOf: async (runId) => (await local.readRun(runId)).reason,
    runFolder: (runId) => local.runFolder(runId),
    killTasksNow: () => local.killTasksNow(),
    close: () => local.close(),
  };
};
