/**
 * How long AWS takes to start many tasks: the real launcher against moto's ECS, on a simulated clock. What AWS publishes is modelled in front of moto:
 * its limits, which refuse calls as it does, and a latency for each call. `node bench/aws-launch.ts`
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DescribeTasksCommand, ECSClient, ListTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { openTable } from '../server/adapters/aws/dynamodb/dynamo-table.ts';
import { createEcsLauncher } from '../server/adapters/aws/ecs/ecs-launcher.ts';
import { ecsRates } from '../server/adapters/aws/ecs/ecs-rates.ts';
import { quotas } from '../server/adapters/aws/ecs/fixtures/ecs-world.ts';
import { type SimulatedClock, simulatedClock } from '../server/adapters/aws/ecs/fixtures/simulated-clock.ts';
import { createRegionRecords } from '../server/adapters/aws/ecs/region-records.ts';
import { TokenBucket } from '../server/adapters/aws/ecs/token-bucket.ts';
import { createTables } from '../server/adapters/aws/testing/create-tables.ts';
import { makeMotoRegion } from '../server/adapters/aws/testing/moto-region.ts';
import type { LaunchOrder } from '../server/ports/launcher.ts';
import { emulatorCredentials, emulatorRegion } from '../tools/emulators/emulator.ts';
import { startMoto } from '../tools/emulators/moto.ts';
import { toolNamed } from '../tools/tools.ts';

const TASKS = 1_000;
const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2'];
/** Assumed: AWS publishes none. */
const LATENCY_MS = { RunTask: 300, ListTasks: 60, DescribeTasks: 100 } as const;
/** What ECS gives in one page; moto gives all. */
const LISTED_AT_ONCE = 100;
/** Between two ticks of a run that is being provisioned. */
const TICK_MS = 5_000;

type Calls = Record<keyof typeof LATENCY_MS | 'throttled', number>;

/** A client that calls moto, is refused as AWS refuses, and takes as long as assumed. */
function modelledClient(client: ECSClient, clock: SimulatedClock, calls: Calls) {
  const limits = {
    launches: new TokenBucket(ecsRates.launches, clock),
    changes: new TokenBucket(ecsRates.changes, clock),
    reads: new TokenBucket(ecsRates.reads, clock),
  };
  const admit = async (...buckets: TokenBucket[]) => {
    for (const bucket of buckets) {
      if (await bucket.take(clock.nowMs())) continue;
      calls.throttled++;
      await clock.sleep(LATENCY_MS.ListTasks);
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    }
  };
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof RunTaskCommand) {
      calls.RunTask++;
      await admit(limits.launches, limits.changes);
      const answer = await clock.outside(client.send(command));
      await clock.sleep(LATENCY_MS.RunTask);
      return answer;
    }
    if (command instanceof ListTasksCommand) {
      const answer = await clock.outside(client.send(command));
      const pages = Math.max(1, Math.ceil((answer.taskArns?.length ?? 0) / LISTED_AT_ONCE));
      for (let page = 0; page < pages; page++) {
        calls.ListTasks++;
        await admit(limits.reads);
        await clock.sleep(LATENCY_MS.ListTasks);
      }
      return answer;
    }
    calls.DescribeTasks++;
    await admit(limits.reads);
    const answer = await clock.outside(client.send(command as DescribeTasksCommand));
    await clock.sleep(LATENCY_MS.DescribeTasks);
    return answer;
  };
  return { send } as unknown as ECSClient;
}

interface Measured {
  regions: number;
  tasks: number;
  /** Calls of `launch`: each tick makes one until all tasks are there. */
  launches: number;
  seconds: number;
  longestLaunchSeconds: number;
  calls: Calls;
  /** A look at all tasks by an instance that knows them, and by a new one. */
  observe: { warmCalls: number; coldCalls: number; coldSeconds: number };
}

async function measure(motoUrl: string, regions: readonly string[], suffix: string): Promise<Measured> {
  const clock = simulatedClock();
  const settings = { endpoint: motoUrl, region: emulatorRegion, credentials: emulatorCredentials };
  const dynamo = new DynamoDBClient(settings);
  const { records: table } = await createTables(dynamo, suffix);
  const open = createRegionRecords(openTable(DynamoDBDocumentClient.from(dynamo), table), clock.nowMs);
  for (const name of regions) {
    const place = { motoUrl, name, awsRegion: name, suffix, tasksMax: TASKS, stopTimeoutSeconds: 30 };
    await open.put(await makeMotoRegion(place));
  }
  const list = await open.list();
  const records = { ...open, list: async () => list, isReleased: async () => false };
  const calls: Calls = { RunTask: 0, ListTasks: 0, DescribeTasks: 0, throttled: 0 };
  const clients = new Map(
    regions.map((region) => [region, modelledClient(new ECSClient({ ...settings, region }), clock, calls)]),
  );
  const newLauncher = () =>
    createEcsLauncher({
      records,
      ecsOf: (region) => clients.get(region) as ECSClient,
      quotasOf: () => quotas(10_000),
      clock,
      random: () => 0.5,
      log: () => {},
    });
  const perRegion = TASKS / regions.length;
  const tasks = regions.flatMap((region) => Array.from({ length: perRegion }, (_, task) => ({ region, task })));
  const overHttp = { runFolderUrl: 'https://loadstar.example/api/run-folders/run-1/', token: 'token' };
  const order: LaunchOrder = {
    runId: 'run-1',
    runFolderUrl: 's3://bucket/runs/run-1/',
    overHttp,
    tasks,
    token: 'run-1',
  };
  const launcher = newLauncher();
  let launches = 0;
  let longestMs = 0;
  const launched = clock.run(
    (async () => {
      for (;;) {
        const sinceMs = clock.nowMs();
        await launcher.launch(order);
        launches++;
        longestMs = Math.max(longestMs, clock.nowMs() - sinceMs);
        if ((await launcher.observe('run-1')).length === tasks.length) return clock.nowMs();
        await clock.sleep(TICK_MS);
      }
    })(),
  );
  const seconds = (await launched) / 1000;
  const launchCalls = { ...calls };
  const lookWith = async (looking: ReturnType<typeof newLauncher>) => {
    const before = calls.ListTasks + calls.DescribeTasks;
    const sinceMs = clock.nowMs();
    await clock.run(looking.observe('run-1'));
    return { calls: calls.ListTasks + calls.DescribeTasks - before, seconds: (clock.nowMs() - sinceMs) / 1000 };
  };
  await clock.run(clock.sleep(60_000));
  const warm = await lookWith(launcher);
  const cold = await lookWith(newLauncher());
  return {
    regions: regions.length,
    tasks: tasks.length,
    launches,
    seconds,
    longestLaunchSeconds: longestMs / 1000,
    calls: launchCalls,
    observe: { warmCalls: warm.calls, coldCalls: cold.calls, coldSeconds: cold.seconds },
  };
}

if (toolNamed('moto').find() === null) {
  console.log(JSON.stringify({ missing: 'moto' }));
} else {
  const moto = await startMoto();
  try {
    const measured = [await measure(moto.url, REGIONS, 'four'), await measure(moto.url, REGIONS.slice(0, 1), 'one')];
    console.log(JSON.stringify({ latencyMs: LATENCY_MS, tickSeconds: TICK_MS / 1000, measured }));
  } finally {
    await moto.stop();
  }
}
