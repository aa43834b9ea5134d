/** What bounds a region beside its number of tasks, for people. */
import type { RegionPage } from './system.ts';

/** Null where nothing does: `vCPU: 4 of 6 in use`, or why the region could not be asked. */
export function regionRemark({ problem, vcpu }: Pick<RegionPage['items'][number], 'problem' | 'vcpu'>): string | null {
  if (problem !== null) return problem;
  if (vcpu === null) return null;
  const used = (name: string, { running, max }: { running: number; max: number | null }) =>
    `${name}: ${running}${max === null ? '' : ` of ${max}`} in use`;
  return `${used('vCPU', vcpu.onDemand)}; ${used('Spot', vcpu.spot)}; ${vcpu.perTask} a task`;
}
