/** Alarms of a stack, and who is told: a topic of mails. */
import { Aws, Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  ComparisonOperator,
  type MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import type { Functions } from './functions.ts';

export interface AlarmRule {
  metric: Metric | MathExpression;
  /** Above it somebody is told. */
  threshold: number;
  /** What is wrong then, and what to do. */
  meaning: string;
  /** Periods of five minutes in a row; default 1. */
  periods?: number;
}

export const ALARM_PERIOD = Duration.minutes(5);

export class Alarms extends Construct {
  readonly topic: Topic;
  readonly alarms: Alarm[] = [];

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: 'Alarms of Loadstar', enforceSSL: true });
    // A policy that asks for TLS takes the place of the one by which the account's own alarms may publish.
    const alarms = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    });
    this.topic.grantPublish(alarms);
    this.topic.addSubscription(new EmailSubscription(settings.alarmEmail));
    NagSuppressions.addResourceSuppressions(this.topic, [
      {
        id: 'AwsSolutions-SNS2',
        reason: 'CloudWatch cannot write to a topic under a key that AWS manages; an alarm holds nothing but names.',
      },
    ]);
  }

  add(id: string, { meaning, metric, periods = 1, threshold }: AlarmRule): void {
    const alarm = metric.with({ period: ALARM_PERIOD }).createAlarm(this, id, {
      alarmDescription: meaning,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
    this.alarms.push(alarm);
  }

  /** Errors of each function of a stack. */
  watchFunctions(functions: Functions): void {
    for (const { lambda, node } of functions.all()) {
      this.add(`${node.id}Errors`, {
        metric: lambda.metricErrors({ statistic: 'Sum' }),
        threshold: 0,
        periods: 2,
        meaning: `The Lambda ${node.id} keeps failing: see its log.`,
      });
    }
  }
}
