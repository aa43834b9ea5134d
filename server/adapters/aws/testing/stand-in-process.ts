/** One task of the ECS stand-in: a process of its own, its output as lines, and what ECS would say of it. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A line as CloudWatch Logs would have it. */
export interface TaskLine {
  region: string;
  /** Null where the task definition names none. */
  logGroup: string | null;
  logStream: string;
  taskId: string;
  line: string;
}

export interface StandInProcess {
  taskArn: string;
  region: string;
  pid: number;
  environment: Readonly<Record<string, string>>;
  /** Asks it to end, and makes it end after a while: the given one, or the `stopTimeout` of its container. Resolves when it has. */
  end(graceSeconds: number | null, because?: StopCause): Promise<void>;
  /** Fields of a task in answers of ECS. */
  state(): Record<string, unknown>;
  /** What a task asks about itself: version 4 of the metadata endpoint. */
  metadata(): Record<string, unknown>;
}

export interface StopCause {
  stopCode: string;
  stoppedReason: string;
}

interface ContainerDefinition {
  name: string;
  environment?: { name?: string; value?: string }[];
  stopTimeout?: number;
  logConfiguration?: { options?: Record<string, string> };
}

export interface ProcessOrder {
  program: { command: string; parameters: readonly string[] };
  region: string;
  taskId: string;
  taskArn: string;
  clusterArn: string;
  taskDefinition: Record<string, unknown>;
  overrides: {
    cpu?: string;
    memory?: string;
    containerOverrides?: { name?: string; environment?: { name?: string; value?: string }[] }[];
  };
  environment: Readonly<Record<string, string>>;
  onLine: (line: TaskLine) => void;
  onEnded: () => Promise<void>;
}

const STOP_TIMEOUT_SECONDS = 30;
const SIGNAL_EXIT_CODES: Readonly<Record<string, number>> = { SIGKILL: 137, SIGTERM: 143 };

export function startProcess(order: ProcessOrder): StandInProcess {
  const definition = order.taskDefinition;
  const [container] = definition.containerDefinitions as ContainerDefinition[];
  if (container === undefined) throw new Error('the task definition has no container');
  const override = order.overrides.containerOverrides?.find(({ name }) => name === container.name);
  const environment: Record<string, string> = { ...order.environment };
  for (const { name = '', value = '' } of [...(container.environment ?? []), ...(override?.environment ?? [])]) {
    environment[name] = value;
  }
  const { command, parameters } = order.program;
  const child = spawn(command, parameters, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const endWithUs = () => signal('SIGKILL');
  process.once('exit', endWithUs);
  const signal = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // It has ended.
    }
  };
  const logOptions = container.logConfiguration?.options ?? {};
  const logGroup = logOptions['awslogs-group'] ?? null;
  const logStream = `${logOptions['awslogs-stream-prefix'] ?? 'task'}/${container.name}/${order.taskId}`;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) =>
      order.onLine({ region: order.region, logGroup, logStream, taskId: order.taskId, line }),
    );
  }

  let cause: StopCause | null = null;
  let exitCode: number | null = null;
  const startedAt = Date.now() / 1000;
  // The output has ended too: what the task said last is known by then.
  const ended = new Promise<void>((resolve) => {
    const note = (code: number) => {
      process.off('exit', endWithUs);
      signal('SIGKILL');
      exitCode = code;
      cause ??= { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };
      void order.onEnded().then(resolve);
    };
    child.once('close', (code, name) => note(code ?? SIGNAL_EXIT_CODES[name ?? ''] ?? 1));
    child.once('error', () => note(127));
  });

  return {
    taskArn: order.taskArn,
    region: order.region,
    pid: child.pid ?? 0,
    environment,
    async end(graceSeconds, because) {
      if (exitCode !== null) return ended;
      cause ??= because ?? { stopCode: 'UserInitiated', stoppedReason: 'The test has ended.' };
      const timer = setTimeout(
        () => signal('SIGKILL'),
        (graceSeconds ?? container.stopTimeout ?? STOP_TIMEOUT_SECONDS) * 1000,
      );
      signal('SIGTERM');
      await ended;
      clearTimeout(timer);
    },
    state() {
      const hasEnded = exitCode !== null;
      const isToEnd = hasEnded || cause !== null;
      return {
        lastStatus: hasEnded ? 'STOPPED' : 'RUNNING',
        desiredStatus: isToEnd ? 'STOPPED' : 'RUNNING',
        cpu: order.overrides.cpu ?? definition.cpu,
        memory: order.overrides.memory ?? definition.memory,
        createdAt: startedAt,
        startedAt,
        ...(isToEnd ? cause : {}),
        containers: [
          { name: container.name, lastStatus: hasEnded ? 'STOPPED' : 'RUNNING', ...(hasEnded ? { exitCode } : {}) },
        ],
      };
    },
    metadata: () => ({
      Cluster: order.clusterArn,
      TaskARN: order.taskArn,
      Family: definition.family,
      Name: container.name,
      LogDriver: 'awslogs',
      LogOptions: { 'awslogs-group': logGroup, 'awslogs-region': order.region, 'awslogs-stream': logStream },
    }),
  };
}
