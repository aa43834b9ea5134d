import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { s3RunFolderUrl } from '../../../adapters/aws/s3/run-folder-url.ts';

/** Where a run's tasks find its folder. */
export function runFolderUrl(runId: string): string {
  const { bucket, mainRegion } = readEnvironment(['bucket', 'mainRegion']);
  return s3RunFolderUrl({ bucket, region: mainRegion }, runId);
}
