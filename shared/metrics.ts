import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** What operators count and alarm on; each name is a promise to their dashboards. */
export type MetricName =
  | 'MessagesStored'
  | 'DuplicatesSeen'
  | 'UpdatesApplied'
  | 'UpdatesParked'
  | 'ItemsIgnored'
  | 'ItemsQuarantined'
  | 'RepliesAccepted'
  | 'RepliesRefused'
  | 'AttemptsSent'
  | 'AttemptsNotSent'
  | 'AttemptsFailed'
  | 'AttemptsUncertain'
  | 'AccountsPaused'
  | 'RepliesUncertain'
  | 'ConversationsSwept';

const metrics = new Metrics({ namespace: 'Switchboard' });

/** Counts one, per connector where there is one. Written to the log as EMF, so it costs no call and cannot fail. */
export function count(name: MetricName, connector?: string): void {
  const single = metrics.singleMetric();
  if (connector !== undefined) single.addDimension('connector', connector);
  single.addMetric(name, MetricUnit.Count, 1);
}
