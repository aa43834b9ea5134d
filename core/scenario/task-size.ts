/**
 * How large the tasks of a scenario are, where tasks have a size: vCPUs and memory as Fargate sells them.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
import { z } from 'zod';

export const taskSizeSchema = z.strictObject({ vcpu: z.number().positive(), memoryMb: z.int().min(512) });
export type TaskSize = z.infer<typeof taskSizeSchema>;

/** By vCPUs: the least and the most memory, and what lies between two sizes. GB. */
const memoryGb = new Map<number, { min: number; max: number; step: number }>([
  [0.25, { min: 0.5, max: 2, step: 0.5 }],
  [0.5, { min: 1, max: 4, step: 1 }],
  [1, { min: 2, max: 8, step: 1 }],
  [2, { min: 4, max: 16, step: 1 }],
  [4, { min: 8, max: 30, step: 1 }],
  [8, { min: 16, max: 60, step: 4 }],
  [16, { min: 32, max: 120, step: 8 }],
]);
/** With so little of a vCPU there is no 1.5 GB. */
const SMALLEST_VCPU = 0.25;
const MISSING_MB = 1536;

/** What a size has that says nothing of its memory: the least that there is for its vCPUs. Unknown vCPUs: 2 GB each. */
export function memoryMbDefault(vcpu: number): number {
  return (memoryGb.get(vcpu)?.min ?? 2 * vcpu) * 1024;
}

/** Why there are no such tasks, for people; null when there are. */
export function taskSizeProblem({ vcpu, memoryMb }: TaskSize): string | null {
  const memory = memoryGb.get(vcpu);
  if (memory === undefined) return `there are no tasks with ${vcpu} vCPU, only with ${[...memoryGb.keys()].join(', ')}`;
  const { min, max, step } = memory;
  const steps = (memoryMb / 1024 - min) / step;
  if (steps >= 0 && memoryMb <= max * 1024 && Number.isInteger(steps) && memoryMb !== MISSING_MB) return null;
  const stepped = step === 1 ? '' : `, in steps of ${step} GB`;
  const offered = vcpu === SMALLEST_VCPU ? '0.5, 1 or 2 GB of memory' : `${min} to ${max} GB of memory${stepped}`;
  return `a task with ${vcpu} vCPU has ${offered}, not ${memoryMb / 1024} GB`;
}
