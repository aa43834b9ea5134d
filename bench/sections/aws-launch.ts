/** How many calls, and how long, it takes to start many tasks on Fargate. */
import { z } from 'zod';
import { type Section, table } from './section.ts';

const count = z.number();
const resultSchema = z.union([
  z.object({ missing: z.string() }),
  z.object({
    latencyMs: z.object({ RunTask: count, ListTasks: count, DescribeTasks: count }),
    tickSeconds: count,
    measured: z.array(
      z.object({
        regions: count,
        tasks: count,
        launches: count,
        seconds: count,
        longestLaunchSeconds: count,
        calls: z.object({ RunTask: count, ListTasks: count, DescribeTasks: count, throttled: count }),
        observe: z.object({ warmCalls: count, coldCalls: count, coldSeconds: count }),
      }),
    ),
  }),
]);

export const awsLaunchSection: Section = {
  name: 'aws-launch',
  title: 'AWS: starting a thousand tasks (modelled)',
  program: 'aws-launch.ts',
  args: [],
  describe: (result) => {
    const parsed = resultSchema.parse(result);
    if ('missing' in parsed) return `Left out: ${parsed.missing} is not installed (npm run tools).`;
    const { latencyMs, measured, tickSeconds } = parsed;
    const rows = measured.map(({ calls, launches, longestLaunchSeconds, observe, regions, seconds, tasks }) => [
      `${tasks} tasks in ${regions === 1 ? 'one region' : `${regions} regions`}`,
      `${seconds.toFixed(1)} s`,
      `${calls.RunTask}`,
      `${calls.ListTasks} + ${calls.DescribeTasks}`,
      `${calls.throttled}`,
      `${launches}, the longest ${longestLaunchSeconds.toFixed(1)} s`,
      `${observe.warmCalls}; ${observe.coldCalls} in ${observe.coldSeconds.toFixed(1)} s`,
    ]);
    return `Simulated: the real launcher against moto's ECS, on a clock of its own. Modelled are AWS' published limits, per region (RunTask on Fargate 100 at once, then 20 a
second; looking 100, then 20), and assumed latencies: RunTask ${latencyMs.RunTask} ms, ListTasks ${latencyMs.ListTasks} ms, DescribeTasks ${latencyMs.DescribeTasks} ms. A launch
goes on at the next tick, ${tickSeconds} s later, when it has used its 20 s. How long Fargate then takes to bring tasks up is not in it.

${table(['what', 'all started after', 'RunTask', 'ListTasks + DescribeTasks', 'throttled', 'launch calls', 'a look: warm; cold'], rows)}`;
  },
};
