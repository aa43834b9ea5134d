/** Where a run's tasks find its folder in S3 (`worker/run-folder/open.ts` reads it). */
import { runFolderPrefix } from '../../../run-folder/run-folder.ts';

/** `s3://<bucket>/runs/<runId>/?region=<the bucket's>`. */
export function s3RunFolderUrl({ bucket, region }: { bucket: string; region: string }, runId: string): string {
  return `s3://${bucket}/${runFolderPrefix(runId)}?region=${region}`;
}
