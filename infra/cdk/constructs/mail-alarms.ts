import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface MailAlarmsProps {
  readonly ruleName: string;
  /** Told of both alarms; absent: they only show in CloudWatch. */
  readonly topicArn: string | undefined;
}

/**
 * The metrics of a receipt rule. CloudWatch's console shows them under "SES / Rule Metrics": the namespace AWS/SES with
 * the dimension RuleName.
 */
const metrics = {
  PublishFailure: 'SES could not store or announce a mail, and tries again for four hours',
  PublishExpired: 'SES has given a mail up after four hours: it is lost',
} as const;

/** Raises an alarm as soon as SES fails to hand over a mail, and when it gives one up. */
export class MailAlarms extends Construct {
  constructor(scope: Construct, id: string, { ruleName, topicArn }: MailAlarmsProps) {
    super(scope, id);
    const topic = topicArn ? Topic.fromTopicArn(this, 'Told', topicArn) : undefined;
    for (const [metricName, alarmDescription] of Object.entries(metrics)) {
      const alarm = new Alarm(this, metricName, {
        alarmDescription,
        metric: new Metric({
          ...{ namespace: 'AWS/SES', metricName, dimensionsMap: { RuleName: ruleName } },
          ...{ statistic: 'Sum', period: Duration.minutes(5) },
        }),
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // The metric has values only while something fails.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      if (topic) alarm.addAlarmAction(new SnsAction(topic));
    }
  }
}
