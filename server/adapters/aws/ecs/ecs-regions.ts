/** The regions that are registered, each with what is needed to ask it: its record, its calls of ECS, and what was counted there. */
import type { ECSClient, Task } from '@aws-sdk/client-ecs';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { LoadstarError } from '../../../../core/errors.ts';
import type { RegionCapacity } from '../../../ports/launcher.ts';
import { kept } from '../kept.ts';
import { failureText } from './aws-failures.ts';
import type { EcsCluster } from './ecs-cluster.ts';
import { createPace } from './ecs-rates.ts';
import { type FargateQuotas, readFargateQuotas } from './fargate-quotas.ts';
import { describeTasks, listTasks } from './read-tasks.ts';
import type { RegionRecord, RegionRecords } from './region-records.ts';
import type { Clock } from './token-bucket.ts';

export interface EcsRegionsOptions {
  records: Pick<RegionRecords, 'list'>;
  ecsOf(region: string): Pick<ECSClient, 'send'>;
  quotasOf(region: string): Pick<ServiceQuotasClient, 'send'>;
  clock: Clock;
  /** Default: `Math.random`. */
  random?: () => number;
}

export interface OpenRegion {
  name: string;
  record: RegionRecord;
  cluster: EcsCluster;
  /** Tasks that run there, of all runs. Throws the service's error. */
  countRunning(): Promise<number>;
  /** Never throws: what cannot be asked is said. */
  capacity(): Promise<RegionCapacity>;
  /** Something was started or stopped. */
  forgetCounts(): void;
}

export interface EcsRegions {
  /** Those of these names that there are; default: all. */
  all(names?: readonly string[]): Promise<OpenRegion[]>;
  /** Throws `capacity_exceeded` when one of them is not there. */
  named(names: readonly string[]): Promise<Map<string, OpenRegion>>;
}

const RECORDS_MS = 15_000;
const COUNTS_MS = 5_000;
const QUOTAS_MS = 300_000;
const CPU_UNITS_PER_VCPU = 1024;

export function openEcsRegions(options: EcsRegionsOptions): EcsRegions {
  const { clock } = options;
  const opened = new Map<string, OpenRegion>();
  const list = kept(
    () => clock.nowMs(),
    RECORDS_MS,
    () => options.records.list(),
  );
  const open = (record: RegionRecord): OpenRegion => {
    const before = opened.get(record.region);
    if (before !== undefined && sameRecord(before.record, record)) return before;
    const region = openRegion(record, options);
    opened.set(record.region, region);
    return region;
  };
  const all = async () => (await list.get()).map(open);
  return {
    async all(names) {
      const regions = await all();
      return names === undefined ? regions : regions.filter(({ name }) => names.includes(name));
    },
    async named(names) {
      const regions = new Map((await all()).map((region) => [region.name, region]));
      const wanted = new Map<string, OpenRegion>();
      for (const name of names) {
        const region = regions.get(name);
        if (region === undefined) {
          const known = [...regions.keys()].join(', ');
          throw new LoadstarError(
            'capacity_exceeded',
            `there is no region ${JSON.stringify(name)} here, only: ${known}`,
          );
        }
        wanted.set(name, region);
      }
      return wanted;
    },
  };
}

function openRegion(record: RegionRecord, options: EcsRegionsOptions): OpenRegion {
  const { clock, random = Math.random } = options;
  const name = record.region;
  const cluster: EcsCluster = {
    client: options.ecsOf(name),
    clusterArn: record.clusterArn,
    pace: createPace(clock, random),
  };
  const running = kept(
    () => clock.nowMs(),
    COUNTS_MS,
    () => listTasks(cluster, 'RUNNING'),
  );
  const quotas = kept(
    () => clock.nowMs(),
    QUOTAS_MS,
    () => readFargateQuotas(options.quotasOf(name)),
  );
  /** vCPUs and kind of tasks that were described. */
  const sizes = new Map<string, { vcpu: number; spot: boolean }>();
  const capacity = async (): Promise<RegionCapacity> => {
    const arns = await running.get();
    const listed = new Set(arns);
    for (const arn of sizes.keys()) if (!listed.has(arn)) sizes.delete(arn);
    for (const task of await describeTasks(
      cluster,
      arns.filter((arn) => !sizes.has(arn)),
    )) {
      if (task.taskArn !== undefined) sizes.set(task.taskArn, sizeOf(task));
    }
    return { ...base, tasksRunning: arns.length, vcpu: vcpuOf(record, await quotas.get(), [...sizes.values()]) };
  };
  const base = { region: name, tasksMax: record.tasksMax, runFolder: 's3' as const };
  return {
    name,
    record,
    cluster,
    countRunning: async () => (await running.get()).length,
    capacity: () =>
      capacity().catch((error: unknown) => {
        const problem = `it could not be asked what runs there: ${failureText(error)}`;
        return { ...base, tasksRunning: 0, problem };
      }),
    forgetCounts: running.forget,
  };
}

function sizeOf({ cpu, capacityProviderName }: Task): { vcpu: number; spot: boolean } {
  const units = Number(cpu);
  return {
    vcpu: Number.isFinite(units) ? units / CPU_UNITS_PER_VCPU : 0,
    spot: capacityProviderName === 'FARGATE_SPOT',
  };
}

function vcpuOf(record: RegionRecord, quotas: FargateQuotas, sizes: readonly { vcpu: number; spot: boolean }[]) {
  const runningOf = (spot: boolean) =>
    sizes.filter((size) => size.spot === spot).reduce((sum, { vcpu }) => sum + vcpu, 0);
  return {
    perTask: record.vcpuPerTask,
    spotByDefault: record.spot,
    onDemand: { max: quotas.onDemandVcpu, running: runningOf(false) },
    spot: { max: quotas.spotVcpu, running: runningOf(true) },
  };
}

function sameRecord(a: RegionRecord, b: RegionRecord): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
