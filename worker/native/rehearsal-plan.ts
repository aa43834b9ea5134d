// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the rehearsal.
/** What is rehearsed, as a plan: code that is compiled for the shapes of objects meets the same ones again in the real load. */
import type { Plan, PlannedExecution } from '../../core/plan/plan.ts';
import { processTimeouts } from '../../core/run/policy.ts';
import { httpSettingsDefault, tlsSettingsDefault } from '../../core/scenario/flow-defaults.ts';
import type { DataSource, Flow, RequestStep } from '../../core/scenario/scenario.ts';

const USERS = 4;
const CLOSED_ITERATIONS = 250;
/** After some 10,000 requests V8 compiles nothing more. It does so on other threads, which hold up the load where there is but one core. */
const OPEN_STARTS_MAX = 6_000;
const FRESH_ITERATIONS = 25;
/** It ends by then, however slow the machine is. */
const SECONDS_MAX = 0.5;
/** Seconds of its windows that have passed when it begins: the end of a second is rehearsed too. */
export const PASSED_SECONDS = 0.95;

export const rehearsalTask = { region: 'rehearsal', task: 0 };

/** What of the real load is rehearsed, beside a fixed request of users in the closed model. */
export interface RehearsalParts {
  /** Requests that change, and are looked into. */
  changes: boolean;
  /** How many planned starts there are, for which users are opened: what holds up one makes those behind it late. */
  starts: number;
}

/** `url`: of the server that it goes to. */
export function rehearsalPlan(url: string, { changes, starts }: RehearsalParts): Plan {
  const fixed = fixedStep(url);
  const flows: Record<string, Flow> = {
    users: changes ? { ...flowOf([fixed, changingStep(url)]), dataSources: [rows] } : flowOf([fixed]),
    starts: flowOf([fixed]),
    fresh: flowOf([{ ...fixed, keepAlive: false }]),
  };
  const executions = [closed('users', CLOSED_ITERATIONS)];
  if (starts > 0) executions.push(closed('fresh', FRESH_ITERATIONS), open('starts', Math.min(starts, OPEN_STARTS_MAX)));
  return {
    format: 'loadstar.plan.v1',
    runId: 'rehearsal',
    scenarioName: 'rehearsal',
    regions: [{ name: rehearsalTask.region, tasks: 1, share: 1 }],
    executions,
    taurus: null,
    flows,
    criteria: [],
    secrets: [],
    threadsPerTask: 1,
    healthyThresholdPercent: 0,
    targets: { allow: null },
    durationSeconds: SECONDS_MAX,
    deadlineSeconds: SECONDS_MAX,
    gracefulStopSeconds: 0,
    segmentSeconds: 1,
    liveIntervalSeconds: null,
    controlPollMs: 1_000,
    leaseSeconds: SECONDS_MAX,
    timeouts: processTimeouts,
  };
}

function execution(flow: string, load: PlannedExecution['load']): PlannedExecution {
  return { engine: 'native', flow, delaySeconds: 0, startAtMs: null, load };
}

function closed(flow: string, iterationsPerUser: number): PlannedExecution {
  return execution(flow, {
    model: 'closed',
    users: [
      { seconds: PASSED_SECONDS, from: 0, to: 0 },
      { seconds: SECONDS_MAX, from: USERS, to: USERS },
    ],
    usersMax: USERS,
    iterationsPerUser,
    endSeconds: PASSED_SECONDS + SECONDS_MAX,
  });
}

function open(flow: string, starts: number): PlannedExecution {
  const startsPerSecond = starts / SECONDS_MAX;
  return execution(flow, {
    model: 'open',
    starts: [
      { seconds: PASSED_SECONDS, from: 0, to: 0 },
      { seconds: SECONDS_MAX, from: startsPerSecond, to: startsPerSecond },
    ],
    startUnit: 'requests',
    usersMax: USERS,
    users: null,
    usersBound: false,
    iterationsPerUser: null,
    endSeconds: PASSED_SECONDS + SECONDS_MAX,
  });
}

export const ROWS = 'name,password\nann,tea\nbob,milk\n';
const rows: DataSource = {
  path: 'rows.csv',
  delimiter: null,
  quoted: false,
  encoding: null,
  loop: true,
  randomOrder: false,
  variableNames: null,
  partition: 'copy',
};

function flowOf(steps: RequestStep[]): Flow {
  return {
    name: 'rehearsal',
    defaultAddress: null,
    variables: {},
    properties: {},
    env: {},
    dataSources: [],
    http: httpSettingsDefault,
    tls: tlsSettingsDefault,
    steps,
  };
}

function fixedStep(url: string): RequestStep {
  return {
    kind: 'request',
    label: 'rehearsal',
    method: 'GET',
    url,
    headers: [],
    query: [],
    contentEncoding: null,
    body: null,
    thinkTime: { kind: 'constant', seconds: 0 },
    timeoutSeconds: SECONDS_MAX,
    followRedirects: true,
    keepAlive: true,
    randomSourceIp: false,
    assertions: [],
    extractors: [],
  };
}

/** Filled in with a row of data and with what the last response held; its own response is looked into. */
function changingStep(url: string): RequestStep {
  return {
    ...fixedStep(url),
    method: 'POST',
    url: `${url}?of=\${name}`,
    headers: [['Authorization', 'Bearer ${token}']],
    body: { kind: 'text', text: '{"name": "${name}", "password": "${password}"}' },
    assertions: [
      { kind: 'contains', contains: ['token'], subject: 'body', regexp: true, not: false, assumeSuccess: false },
    ],
    extractors: [
      {
        kind: 'jsonpath',
        variable: 'token',
        jsonpath: '$.session.token',
        defaultValue: '',
        matchNo: 1,
        scope: 'main',
        fromVariable: null,
        concat: false,
      },
    ],
  };
}
