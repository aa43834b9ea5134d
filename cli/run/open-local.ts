/** The control plane of `loadstar run`: the local one, for the time of a run. */
import { LoadstarError } from '../../core/errors.ts';
import { enginesFolderOf } from '../../engines/engines-folder.ts';
import { environmentSecrets } from '../../server/main/environment-secrets.ts';
import { openLocalControlPlane } from '../../server/main/local.ts';
import type { OpenControlPlane } from './control-plane.ts';

/** A server waits for its disk to have room again; somebody who waits for a run wants to know. Longer than the tasks' lease. */
const FAILING_MS_MAX = 30_000;

export const openLocal: OpenControlPlane = async ({ home, capacity, onTrouble, failingMsMax = FAILING_MS_MAX }) => {
  let lastTrouble = '';
  const local = await openLocalControlPlane({
    home,
    regions: capacity,
    // Its own home is gone with the run.
    enginesFolder: enginesFolderOf(process.env, process.cwd()),
    secrets: environmentSecrets(process.env),
    log: (level, message, fields) => {
      if (level !== 'error') return;
      lastTrouble = typeof fields?.error === 'string' ? `${message}: ${fields.error}` : message;
      onTrouble(lastTrouble);
    },
  });
  const giveUpWhenFailing = (runId: string): void => {
    const sinceMs = local.failingSinceMs(runId);
    if (sinceMs === null || Date.now() - sinceMs < failingMsMax) return;
    const seconds = Math.round(failingMsMax / 1000);
    throw new LoadstarError(
      'store_failed',
      `The run was given up: for ${seconds} s nothing could be done. ${lastTrouble}`,
    );
  };
  return {
    start: async (scenario, files) => (await local.startRun(scenario, files)).id,
    watch: async (runId, onProgress) => {
      await local.watchRun(runId, (progress) => {
        onProgress(progress);
        giveUpWhenFailing(runId);
      });
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
