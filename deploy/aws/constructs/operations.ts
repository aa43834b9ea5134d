/** What keeps a deployment in order, and shows how it is: clean-up, alarms, a dashboard, saved queries, a role for operators. */
import { Duration } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { ALARM_PERIOD, Alarms } from './alarms.ts';
import type { Functions } from './functions.ts';
import type { Running, RunQueue } from './running.ts';
import { SystemDashboard } from './system-dashboard.ts';

export interface OperationsProps {
  settings: Settings;
  functions: Functions;
  runs: RunQueue;
  running: Running;
}

const CLEANUP_MINUTES = 10;
const WAITING_HOURS = 6;

export class Operations extends Construct {
  readonly alarms: Alarms;
  readonly #props: OperationsProps;

  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    this.#props = props;
    const { functions, settings } = props;
    new Rule(this, 'Orphans', {
      description: 'Stops tasks that no live run has',
      schedule: Schedule.rate(Duration.minutes(CLEANUP_MINUTES)),
      targets: [new LambdaFunction(functions.get('orphanCleanup').lambda, { retryAttempts: 0 })],
    });
    new Rule(this, 'Retention', {
      description: 'Deletes runs and artifacts that are kept no longer',
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaFunction(functions.get('retention').lambda, { retryAttempts: 0 })],
      enabled: settings.keepRunsDays !== undefined || settings.keepArtifactsDays !== undefined,
    });
    this.alarms = new Alarms(this, 'Alarms', settings);
    this.alarms.watchFunctions(functions);
    this.watchTheRest(props);
    savedQueries(this, settings.name, functions);
  }

  private watchTheRest({ running, runs }: OperationsProps): void {
    this.alarms.add('RunsNotTaken', {
      metric: runs.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
      threshold: 0,
      meaning:
        'Runs could not be started, again and again: look at the log of taskRunner, then move the messages back to the queue.',
    });
    this.alarms.add('RunsWaiting', {
      metric: waiting(runs.queue),
      threshold: 0,
      periods: Duration.hours(WAITING_HOURS).toSeconds() / ALARM_PERIOD.toSeconds(),
      meaning: 'Runs have waited for six hours without a break: their regions have no room, or nobody takes them.',
    });
    this.alarms.add('RunsNotDriven', {
      metric: running.stateMachine.metricFailed({ statistic: 'Sum' }),
      threshold: 0,
      meaning: 'A run was given up because its ticks kept failing: its execution says why.',
    });
    this.alarms.add('RunsThrottled', {
      metric: running.stateMachine.metricThrottled({ statistic: 'Sum' }),
      threshold: 10,
      periods: 3,
      meaning: 'Step Functions holds runs back: ask for a higher quota.',
    });
  }

  /** The API, which is there last, and a picture of all. */
  show(stage: Stage): void {
    this.alarms.add('ApiErrors', {
      metric: stage.metricServerError({ statistic: 'Sum' }),
      threshold: 5,
      meaning: 'Requests to the API fail inside: see the log of the Lambda api.',
    });
    new SystemDashboard(this, 'Dashboard', { ...this.#props, stage, alarms: this.alarms.alarms });
  }
}

/**
 * How many messages there are. Not how old the oldest is: that of a run that waits for room is sent anew every few minutes. Between two looks it is in flight, and
 * nobody sees it.
 */
function waiting(queue: Queue): MathExpression {
  const statistic = 'Maximum';
  return new MathExpression({
    expression: 'visible + inFlight',
    usingMetrics: {
      visible: queue.metricApproximateNumberOfMessagesVisible({ statistic }),
      inFlight: queue.metricApproximateNumberOfMessagesNotVisible({ statistic }),
    },
  });
}

function savedQueries(scope: Construct, deployment: string, functions: Functions): void {
  const logs = functions.all().map(({ lambda }) => lambda.logGroup);
  const queries = {
    errors: {
      fields: ['@timestamp', '@log', 'message', 'error'],
      filterStatements: ['level = "ERROR"'],
      sort: '@timestamp desc',
      limit: 200,
    },
    'one run, everywhere': {
      fields: ['@timestamp', '@log', 'level', 'message', '@message'],
      filterStatements: ['@message like /RUN-ID/'],
      sort: '@timestamp asc',
      limit: 1000,
    },
    'slowest requests': {
      fields: ['@timestamp', 'method', 'path', 'status', 'durationMs'],
      filterStatements: ['ispresent(durationMs)'],
      sort: 'durationMs desc',
      limit: 100,
    },
    'orphans stopped': {
      fields: ['@timestamp', 'message', '@message'],
      filterStatements: ['@message like /orphan/'],
      sort: '@timestamp desc',
      limit: 100,
    },
  } as const;
  for (const [name, query] of Object.entries(queries)) {
    new QueryDefinition(scope, `Query ${name}`, {
      queryDefinitionName: `${deployment}/${name}`,
      queryString: new QueryString({
        ...query,
        fields: [...query.fields],
        filterStatements: [...query.filterStatements],
      }),
      logGroups: logs,
    });
  }
}
