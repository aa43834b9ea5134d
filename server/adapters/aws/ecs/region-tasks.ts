/**
 * The calls of ECS in one region, spaced as AWS limits them, per account and region: starts and stops share 100 at once and then 40 a second,
 * Fargate starts 100 at once and then 20 a second, looking has 100 and 20.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html and
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html
 */
import {
  ConflictException,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { failureKind, failureText, refusalKind } from './aws-failures.ts';
import { type Clock, TokenBucket } from './token-bucket.ts';

export const ecsRates = {
  launches: { burst: 100, perSecond: 20 },
  changes: { burst: 100, perSecond: 40 },
  reads: { burst: 100, perSecond: 20 },
} as const;

/** What became of one task that was to be started. `late`: its turn would have come after the time there was. */
export type Started =
  | { kind: 'started'; taskArn: string; ended: boolean }
  | { kind: 'late' }
  | { kind: 'waiting' | 'final'; reason: string };

const DESCRIBED_AT_ONCE_MAX = 100;
const BACK_OFF_MS = { first: 500, max: 8_000 };

export interface RegionTasksOptions {
  client: Pick<ECSClient, 'send'>;
  clusterArn: string;
  clock: Clock;
  /** 0 to 1: spreads what several of us try again. */
  random: () => number;
}

export class RegionTasks {
  readonly #client: Pick<ECSClient, 'send'>;
  readonly #cluster: string;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #launches: TokenBucket;
  readonly #changes: TokenBucket;
  readonly #reads: TokenBucket;

  constructor({ client, clusterArn, clock, random }: RegionTasksOptions) {
    this.#client = client;
    this.#cluster = clusterArn;
    this.#clock = clock;
    this.#random = random;
    this.#launches = new TokenBucket(ecsRates.launches, clock);
    this.#changes = new TokenBucket(ecsRates.changes, clock);
    this.#reads = new TokenBucket(ecsRates.reads, clock);
  }

  /** Starts one task; what throttles it is waited for, until `untilMs`. Never throws. */
  async run(input: Omit<RunTaskCommandInput, 'cluster'>, untilMs: number): Promise<Started> {
    for (let attempt = 0; ; attempt++) {
      if (!(await this.#launches.take(untilMs)) || !(await this.#changes.take(untilMs))) return { kind: 'late' };
      try {
        const command = new RunTaskCommand({ ...input, cluster: this.#cluster });
        const { tasks = [], failures = [] } = await this.#client.send(command);
        const [task] = tasks;
        if (task?.taskArn !== undefined) {
          return { kind: 'started', taskArn: task.taskArn, ended: task.lastStatus === 'STOPPED' };
        }
        const reason = failures.map((failure) => failure.reason ?? failure.detail ?? '').join('; ');
        return { kind: refusalKind(reason), reason: reason === '' ? 'ECS started no task and said nothing' : reason };
      } catch (error) {
        const taskArn = error instanceof ConflictException ? error.resourceIds?.[0] : undefined;
        // Started before, by a launch with another task definition or network of the region.
        if (taskArn !== undefined) return { kind: 'started', taskArn, ended: false };
        const kind = failureKind(error);
        if (kind !== 'throttled') return { kind, reason: failureText(error) };
        this.#launches.drain();
        if (!(await this.#backOff(attempt, untilMs))) return { kind: 'waiting', reason: failureText(error) };
      }
    }
  }

  /** ARNs of tasks that are to run, or to have ended: for about an hour ECS shows these too. */
  async list(desiredStatus: 'RUNNING' | 'STOPPED', startedBy?: string): Promise<string[]> {
    const arns: string[] = [];
    let nextToken: string | undefined;
    do {
      await this.#reads.take(Number.POSITIVE_INFINITY);
      const page = await this.#client.send(
        new ListTasksCommand({ cluster: this.#cluster, desiredStatus, startedBy, nextToken, maxResults: 100 }),
      );
      arns.push(...(page.taskArns ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return arns;
  }

  /** With their tags. Those that ECS knows no more are left out. */
  async describe(arns: readonly string[]): Promise<Task[]> {
    const found: Task[] = [];
    for (let from = 0; from < arns.length; from += DESCRIBED_AT_ONCE_MAX) {
      await this.#reads.take(Number.POSITIVE_INFINITY);
      const tasks = arns.slice(from, from + DESCRIBED_AT_ONCE_MAX);
      const command = new DescribeTasksCommand({ cluster: this.#cluster, tasks, include: ['TAGS'] });
      found.push(...((await this.#client.send(command)).tasks ?? []));
    }
    return found;
  }

  /** False when there was no time left for it. A task that is gone is no error. */
  async stop(taskArn: string, reason: string, untilMs: number): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      if (!(await this.#changes.take(untilMs))) return false;
      try {
        await this.#client.send(new StopTaskCommand({ cluster: this.#cluster, task: taskArn, reason }));
        return true;
      } catch (error) {
        if (/not found|could not find/i.test((error as Error).message)) return true;
        if (failureKind(error) !== 'throttled') throw error;
        this.#changes.drain();
        if (!(await this.#backOff(attempt, untilMs))) return false;
      }
    }
  }

  async #backOff(attempt: number, untilMs: number): Promise<boolean> {
    const longestMs = Math.min(BACK_OFF_MS.max, BACK_OFF_MS.first * 2 ** attempt);
    const waitMs = longestMs * (0.5 + this.#random() / 2);
    if (this.#clock.nowMs() + waitMs > untilMs) return false;
    await this.#clock.sleep(waitMs);
    return true;
  }
}
