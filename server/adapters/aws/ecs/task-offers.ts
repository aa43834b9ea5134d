/** What tasks of the registered regions are, as their stacks made them. */
import type { TaskOffers } from '../../../ports/task-offers.ts';
import { kept } from '../kept.ts';
import type { RegionRecords } from './region-records.ts';

/** An editor asks with every change of a scenario. */
const KEPT_MS = 60_000;

export function createTaskOffers(records: Pick<RegionRecords, 'list'>, nowMs: () => number): TaskOffers {
  const read: TaskOffers['list'] = async () =>
    (await records.list()).map(({ region, vcpuPerTask, memoryMbPerTask, cpuArchitecture, spot, assignPublicIp }) => ({
      region,
      size: { vcpu: vcpuPerTask, memoryMb: memoryMbPerTask },
      architecture: cpuArchitecture === 'ARM64' ? 'arm' : 'x86',
      spot,
      publicIp: assignPublicIp,
    }));
  const { get } = kept(nowMs, KEPT_MS, read);
  return { list: get };
}
