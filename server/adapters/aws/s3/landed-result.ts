/**
 * Reads the event by which EventBridge tells that S3 has a new object.
 *
 * Format: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
import { z } from 'zod';
import type { TaskId } from '../../../../core/plan/plan.ts';
import { regionNameSchema } from '../../../../core/scenario/scenario.ts';

const eventSchema = z.object({
  time: z.iso.datetime({ offset: true }),
  detail: z.object({ object: z.object({ key: z.string() }) }),
});

/** `runs/<run>/results/<region>/<task>.xml`: the mark that commits a task's result (core/run-folder/run-folder.ts). */
const RESULT_KEY = /^runs\/([^/]+)\/results\/([^/]+)\/(0|[1-9]\d{0,5})\.xml$/;

/** The task whose result has landed; null for any other object, and for what is no such event. */
export function readLandedResult(event: unknown): { runId: string; id: TaskId; landedAtMs: number } | null {
  const { success, data } = eventSchema.safeParse(event);
  if (!success) return null;
  const [, runId, region, task] = RESULT_KEY.exec(data.detail.object.key) ?? [];
  if (runId === undefined || !regionNameSchema.safeParse(region).success) return null;
  return { runId, id: { region: String(region), task: Number(task) }, landedAtMs: Date.parse(data.time) };
}
