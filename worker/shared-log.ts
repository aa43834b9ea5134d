/**
 * Where tasks of many runs print to one log (`LOADSTAR_RUN_ID` says so), each line names its run. Which stream of that log is this task's own, nobody
 * can know before the task runs: a task on ECS asks its container's metadata, so that the ready mark can say it to whoever wants to read the log.
 */
import { z } from 'zod';
import type { Log } from './log.ts';

export interface SharedLog {
  /** Said in each line. */
  runId: string;
  /** This task's own stream; null where that is not known. */
  stream: string | null;
}

const METADATA_MS_MAX = 2_000;

/** As the endpoint at `ECS_CONTAINER_METADATA_URI_V4` (task metadata, version 4) describes a container. */
const metadataSchema = z.object({ LogOptions: z.object({ 'awslogs-stream': z.string().min(1).max(512) }) });

/** Null where the log is the task's own. Never throws: a log that is harder to find is no reason not to run. */
export async function findSharedLog(
  runId: string | null,
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
): Promise<SharedLog | null> {
  if (runId === null) return null;
  const url = environment.ECS_CONTAINER_METADATA_URI_V4;
  if (url === undefined || url === '') return { runId, stream: null };
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(METADATA_MS_MAX), redirect: 'error' });
    const { LogOptions } = metadataSchema.parse(await answer.json());
    return { runId, stream: LogOptions['awslogs-stream'] };
  } catch (error) {
    log('warn', "the container's metadata does not say where its log goes", { error });
    return { runId, stream: null };
  }
}
