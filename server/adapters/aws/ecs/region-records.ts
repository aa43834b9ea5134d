/** The regions that make load: each one's stack writes what is needed to start tasks there into the table of records. */
import { z } from 'zod';
import { LoadstarError } from '../../../../core/errors.ts';
import { regionNameSchema } from '../../../../core/scenario/scenario.ts';
import type { DynamoTable } from '../dynamodb/dynamo-table.ts';

const text = z.string().min(1).max(2_048);

export const regionRecordSchema = z.object({
  /** Of AWS: `eu-west-1`. */
  region: regionNameSchema,
  clusterArn: text,
  /** Family and revision, or ARN with the revision. */
  taskDefinitionArn: text,
  /** The container of the task definition that is the worker. */
  containerName: text,
  subnetIds: z.array(text).min(1).max(16),
  securityGroupIds: z.array(text).min(1).max(5),
  assignPublicIp: z.boolean(),
  /** Where its tasks log to; the stream of a task is `task/<container>/<id of the task>`. */
  logGroupName: text,
  cpuArchitecture: z.enum(['ARM64', 'X86_64']),
  /** Size of a task whose scenario says none. */
  vcpuPerTask: z.number().positive(),
  memoryMbPerTask: z.int().min(512),
  /** Most tasks that run there at once. */
  tasksMax: z.int().min(0),
  /** Tasks run on Fargate Spot unless their scenario says otherwise. */
  spot: z.boolean(),
  /** Of the Loadstar that made the region's stack. */
  version: text,
  registeredAtMs: z.number(),
  /** Of the stack that registered it. */
  stackId: text,
});
export type RegionRecord = z.infer<typeof regionRecordSchema>;

export interface RegionRecords {
  /** By name. A record that cannot be understood (of another version) is left out. */
  list(): Promise<RegionRecord[]>;
  put(record: RegionRecord): Promise<void>;
  /** Forgets the region if this stack registered it last: the stack that replaced another must not be forgotten with it. */
  remove(region: string, stackId: string): Promise<void>;
  /** Tasks of this run that have ended are no longer of interest; ECS itself remembers them for an hour. */
  markReleased(runId: string): Promise<void>;
  isReleased(runId: string): Promise<boolean>;
}

const REGION = 'region';
const RELEASED = 'released-run';
/** Longer than ECS shows a task that has ended. */
const RELEASED_SECONDS = 6 * 3600;

/** `records`: the table of that name. Throws `store_failed` when it does not answer. */
export function createRegionRecords(records: DynamoTable, nowMs: () => number): RegionRecords {
  return {
    async list() {
      const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': REGION } };
      const found: RegionRecord[] = [];
      for await (const item of records.query(query)) {
        const { success, data } = regionRecordSchema.safeParse(item);
        if (success) found.push(data);
      }
      return found;
    },

    async put(record) {
      await records.put({ ...regionRecordSchema.parse(record), pk: REGION, sk: record.region });
    },

    async remove(region, stackId) {
      const condition = {
        ConditionExpression: 'stackId = :stackId',
        ExpressionAttributeValues: { ':stackId': stackId },
      };
      await records.delete({ pk: REGION, sk: region }, condition);
    },

    async markReleased(runId) {
      const expiresAtSeconds = Math.ceil(nowMs() / 1000) + RELEASED_SECONDS;
      await records.put({ pk: RELEASED, sk: runId, expiresAtSeconds });
    },

    isReleased: async (runId) => (await records.get({ pk: RELEASED, sk: runId })) !== null,
  };
}

/** What a custom resource's properties say, where CloudFormation makes texts of numbers and flags. Throws `config_invalid` that names all problems. */
export function readRegionProperties(
  properties: Readonly<Record<string, unknown>>,
  { stackId, nowMs }: { stackId: string; nowMs: number },
): RegionRecord {
  const number = (name: string) => (properties[name] === '' ? Number.NaN : Number(properties[name]));
  const flag = (name: string) => {
    const value = String(properties[name]);
    return value === 'true' ? true : value === 'false' ? false : properties[name];
  };
  const { success, data, error } = regionRecordSchema.safeParse({
    ...properties,
    vcpuPerTask: number('vcpuPerTask'),
    memoryMbPerTask: number('memoryMbPerTask'),
    tasksMax: number('tasksMax'),
    assignPublicIp: flag('assignPublicIp'),
    spot: flag('spot'),
    registeredAtMs: nowMs,
    stackId,
  });
  if (success) return data;
  const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new LoadstarError('config_invalid', `The region cannot be registered: ${problems}`);
}
