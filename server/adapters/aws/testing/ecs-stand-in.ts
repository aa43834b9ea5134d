/**
 * Fargate for tests: stands in front of moto's ECS, which keeps the books, and really runs what RunTask starts: one process for each task that moto
 * accepted, with the environment of its task definition and its overrides. What moto does not know is added to its answers: client tokens, states,
 * exit codes, and who stopped a task.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type StandInProcess, startProcess, type TaskLine } from './stand-in-process.ts';

export interface EcsStandInOptions {
  /** Where moto answers. */
  motoUrl: string;
  /** What is started for each task: the worker's program on this Node, or another. */
  program: { command: string; parameters: readonly string[] };
  /** Beside what the task definition and the overrides say: endpoints of emulators, credentials, PATH. */
  environment?: Readonly<Record<string, string>>;
  /** Each line that a task prints, and where CloudWatch Logs would have it. */
  onLine?: (line: TaskLine) => void;
  /** Asked before moto is: an answer instead of starting the task, as when there is no capacity. */
  refuse?: (input: EcsInput, region: string) => EcsAnswer | null;
}

export interface EcsInput {
  clientToken?: string;
  overrides?: { cpu?: string; memory?: string; containerOverrides?: { name?: string; environment?: Variable[] }[] };
  [name: string]: unknown;
}

export interface EcsAnswer {
  status: number;
  body: Record<string, unknown>;
}

export interface EcsStandIn {
  /** For `AWS_ENDPOINT_URL_ECS`. */
  url: string;
  /** Calls by name, in their order. */
  calls: { action: string; region: string; input: EcsInput }[];
  /** Every task that was started. */
  processes(): StandInProcess[];
  /** Takes a task away, as AWS does with Spot capacity. */
  interrupt(taskArn: string): Promise<void>;
  /** Ends all processes, and answers no more. */
  stop(): Promise<void>;
}

interface Variable {
  name?: string;
  value?: string;
}

interface MotoTask extends Record<string, unknown> {
  taskArn: string;
  clusterArn: string;
  taskDefinitionArn: string;
}

const TARGET = 'x-amz-target';
const SERVICE = 'AmazonEC2ContainerServiceV20141113';

export async function startEcsStandIn(options: EcsStandInOptions): Promise<EcsStandIn> {
  const standIn = new StandIn(options);
  const server = createServer((incoming, outgoing) => void standIn.answer(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  standIn.url = `http://127.0.0.1:${port}`;
  return {
    url: standIn.url,
    calls: standIn.calls,
    processes: () => [...standIn.processes.values()],
    interrupt: (taskArn) => standIn.interrupt(taskArn),
    async stop() {
      await Promise.all([...standIn.processes.values()].map((each) => each.end(0)));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

class StandIn {
  url = '';
  readonly calls: EcsStandIn['calls'] = [];
  readonly processes = new Map<string, StandInProcess>();
  readonly #options: EcsStandInOptions;
  readonly #byClientToken = new Map<string, { input: string; answer: Promise<EcsAnswer> }>();

  constructor(options: EcsStandInOptions) {
    this.#options = options;
  }

  async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const text = await readAll(incoming);
      const metadata = /^\/v4\/([0-9a-f-]+)(\/task)?$/.exec(incoming.url ?? '');
      if (metadata !== null) return send(outgoing, this.#metadata(metadata[1] ?? ''));
      const action = String(incoming.headers[TARGET] ?? '').split('.')[1] ?? '';
      const moto = new Moto(this.#options.motoUrl, incoming.headers);
      const input = JSON.parse(text || '{}') as EcsInput;
      this.calls.push({ action, region: moto.region, input });
      send(outgoing, await this.#act(moto, action, input));
    } catch (error) {
      send(outgoing, { status: 500, body: { __type: 'ServerException', message: String(error) } });
    }
  }

  async interrupt(taskArn: string): Promise<void> {
    await this.processes.get(taskArn)?.end(null, {
      stopCode: 'SpotInterruption',
      stoppedReason: 'Your Spot Task was interrupted.',
    });
  }

  #act(moto: Moto, action: string, input: EcsInput): Promise<EcsAnswer> {
    switch (action) {
      case 'RunTask':
        return this.#runOnce(moto, input);
      case 'StopTask':
        return this.#stopTask(moto, input);
      default:
        return this.#passOn(moto, action, input);
    }
  }

  async #runOnce(moto: Moto, input: EcsInput): Promise<EcsAnswer> {
    const { clientToken } = input;
    if (clientToken === undefined) return this.#runTask(moto, input);
    const key = `${moto.region} ${clientToken}`;
    const before = this.#byClientToken.get(key);
    if (before === undefined) {
      const answer = this.#runTask(moto, input);
      this.#byClientToken.set(key, { input: JSON.stringify(input), answer });
      const { status, body } = await answer;
      // What started nothing may be tried again.
      if (status !== 200 || tasksIn(body).length === 0) this.#byClientToken.delete(key);
      return answer;
    }
    const { status, body } = await before.answer;
    if (before.input === JSON.stringify(input)) return { status, body: this.#overlaid(body) };
    const resourceIds = tasksIn(body).map(({ taskArn }) => taskArn);
    const message = 'The provided clientToken is already in use with a different RunTask request.';
    return { status: 400, body: { __type: 'ConflictException', message, resourceIds } };
  }

  async #runTask(moto: Moto, input: EcsInput): Promise<EcsAnswer> {
    const refusal = this.#options.refuse?.(input, moto.region) ?? null;
    if (refusal !== null) return refusal;
    const answer = await moto.call('RunTask', input);
    for (const task of tasksIn(answer.body)) {
      const described = await moto.call('DescribeTaskDefinition', { taskDefinition: task.taskDefinitionArn });
      const id = task.taskArn.split('/').at(-1) ?? '';
      const process = startProcess({
        program: this.#options.program,
        region: moto.region,
        taskId: id,
        taskArn: task.taskArn,
        clusterArn: task.clusterArn,
        taskDefinition: described.body.taskDefinition as Record<string, unknown>,
        overrides: input.overrides ?? {},
        environment: {
          ...this.#options.environment,
          AWS_REGION: moto.region,
          ECS_CONTAINER_METADATA_URI_V4: `${this.url}/v4/${id}`,
        },
        onLine: this.#options.onLine ?? (() => {}),
        // Lists show what is to run and what is not; a task that ended by itself is to run no more.
        onEnded: () =>
          moto.call('StopTask', { cluster: task.clusterArn, task: task.taskArn, reason: '' }).then(
            () => {},
            () => {},
          ),
      });
      this.processes.set(task.taskArn, process);
    }
    return { ...answer, body: this.#overlaid(answer.body) };
  }

  async #stopTask(moto: Moto, input: EcsInput): Promise<EcsAnswer> {
    const answer = await moto.call('StopTask', input);
    const process = [...this.processes.values()].find(({ taskArn }) => taskArn.endsWith(String(input.task)));
    // As AWS does: answered at once, ended in its own time.
    void process?.end(null, { stopCode: 'UserInitiated', stoppedReason: String(input.reason ?? '') });
    return { ...answer, body: this.#overlaid(answer.body) };
  }

  async #passOn(moto: Moto, action: string, input: EcsInput): Promise<EcsAnswer> {
    const answer = await moto.call(action, input);
    return action === 'DescribeTasks' ? { ...answer, body: this.#overlaid(answer.body) } : answer;
  }

  /** What moto says of tasks, with what is known of their processes. */
  #overlaid(body: Record<string, unknown>): Record<string, unknown> {
    const overlay = (task: MotoTask) => ({ ...task, ...this.processes.get(task.taskArn)?.state() });
    if (Array.isArray(body.tasks)) return { ...body, tasks: tasksIn(body).map(overlay) };
    return body.task === undefined ? body : { ...body, task: overlay(body.task as MotoTask) };
  }

  #metadata(taskId: string): EcsAnswer {
    const process = [...this.processes.values()].find(({ taskArn }) => taskArn.endsWith(taskId));
    if (process === undefined) return { status: 404, body: {} };
    return { status: 200, body: process.metadata() };
  }
}

/** Passes requests on as the caller of the stand-in would send them. */
class Moto {
  readonly region: string;
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, headers: IncomingMessage['headers']) {
    this.#url = url;
    this.region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'us-east-1';
    this.#headers = { authorization: headers.authorization ?? '', 'content-type': 'application/x-amz-json-1.1' };
  }

  call(action: string, input: object): Promise<EcsAnswer> {
    const headers = { ...this.#headers, [TARGET]: `${SERVICE}.${action}` };
    return new Promise((resolve, reject) => {
      const outgoing = request(this.#url, { method: 'POST', headers }, (incoming) => {
        readAll(incoming)
          .then((text) => resolve({ status: incoming.statusCode ?? 500, body: bodyIn(text, action) }))
          .catch(reject);
      });
      outgoing.on('error', reject);
      outgoing.end(JSON.stringify(input));
    });
  }
}

/** moto answers with a page what it does not understand. */
function bodyIn(text: string, action: string): Record<string, unknown> {
  if (text.startsWith('<')) throw new Error(`moto cannot do ${action}: ${text.slice(0, 500)}`);
  return JSON.parse(text || '{}') as Record<string, unknown>;
}

function tasksIn(body: Record<string, unknown>): MotoTask[] {
  return Array.isArray(body.tasks) ? (body.tasks as MotoTask[]) : [];
}

async function readAll(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of message.setEncoding('utf8')) text += piece;
  return text;
}

function send(outgoing: ServerResponse, { status, body }: EcsAnswer): void {
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  outgoing.end(JSON.stringify(body));
}
