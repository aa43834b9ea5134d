/** How the system itself is, requests, runs, ticks, the queue, and what load it makes. */
import { Duration } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  PeriodOverride,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import {
  allRegions,
  metricsNamespace,
  type RunMetricName,
  regionDimension,
  runDimension,
  runMetrics,
} from '../../../server/adapters/aws/layout/metrics.ts';
import type { Settings } from '../settings.ts';
import type { Functions } from './functions.ts';
import type { Running, RunQueue } from './running.ts';

export interface SystemDashboardProps {
  settings: Settings;
  functions: Functions;
  runs: RunQueue;
  running: Running;
  stage: Stage;
  alarms: Alarm[];
}

export class SystemDashboard extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { alarms, functions, running, runs, settings, stage }: SystemDashboardProps,
  ) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Board', {
      dashboardName: settings.name,
      defaultInterval: Duration.hours(12),
      periodOverride: PeriodOverride.AUTO,
    });
    const all = functions.all();
    const { stateMachine } = running;
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 }));
    dashboard.addWidgets(
      graph('Load: requests of each run', [ofEachRun('requests')]),
      graph('Load: p99 of response times, ms', [ofEachRun('responseTimeP99')]),
    );
    dashboard.addWidgets(
      graph('Requests to the API', [stage.metricCount(), stage.metricClientError(), stage.metricServerError()]),
      graph('Latency of the API', [
        stage.metricLatency({ statistic: 'p50' }),
        stage.metricLatency({ statistic: 'p99' }),
      ]),
    );
    dashboard.addWidgets(
      graph('Runs', [stateMachine.metricStarted(), stateMachine.metricSucceeded(), stateMachine.metricFailed()]),
      graph('Queue', [
        runs.queue.metricApproximateNumberOfMessagesVisible(),
        runs.queue.metricApproximateAgeOfOldestMessage(),
        runs.deadLetters.metricApproximateNumberOfMessagesVisible(),
      ]),
    );
    dashboard.addWidgets(
      graph(
        'Errors of Lambdas',
        all.map(({ lambda, node }) => lambda.metricErrors({ label: node.id })),
      ),
      graph(
        'Duration of Lambdas, p99',
        all.map(({ lambda, node }) => lambda.metricDuration({ label: node.id, statistic: 'p99' })),
      ),
    );
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 12, height: 6 });
}

/** A line for each run that there is, of all its regions together. */
function ofEachRun(metric: RunMetricName): IMetric {
  const dimensions = `{${metricsNamespace},${runDimension},${regionDimension}}`;
  const wanted = `${dimensions} MetricName="${metric}" ${regionDimension}="${allRegions}"`;
  return new MathExpression({ expression: `SEARCH('${wanted}', '${runMetrics[metric].statistic}', 60)`, label: '' });
}
