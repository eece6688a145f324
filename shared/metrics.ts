import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** The metrics that operators count and alarm on; each name is a promise to their dashboards. */
export type MetricName =
  | 'MessagesStored'
  | 'DuplicatesSeen'
  | 'UpdatesApplied'
  | 'UpdatesParked'
  | 'UpdatesOrphaned'
  | 'ItemsIgnored'
  | 'ItemsHeld'
  | 'ItemsQuarantined'
  | 'RepliesAccepted'
  | 'RepliesRefused'
  | 'RepliesNotAccepted'
  | 'AttemptsSent'
  | 'AttemptsNotSent'
  | 'AttemptsFailed'
  | 'AttemptsUncertain'
  | 'AccountsPaused'
  | 'RepliesUncertain'
  | 'SignalsQueued'
  | 'SignalsShown'
  | 'SignalsFailed'
  | 'SignalsIgnored'
  | 'ConversationsSwept'
  | 'MediaStored'
  | 'MediaFailed'
  | 'MediaExpired';

/** The kinds of work that the sweep does. */
export type SweptClass =
  | 'uncertain'
  | 'reply'
  | 'slot'
  | 'campaign'
  | 'update'
  | 'status'
  | 'dirty';

const metrics = new Metrics({ namespace: 'Switchboard' });

/** Counts, per connector where there is one. Written to the log as EMF, so it costs no call and cannot fail. */
export function count(name: MetricName, connector?: string, times = 1): void {
  if (times === 0) return;
  const single = metrics.singleMetric();
  if (connector !== undefined) single.addDimension('connector', connector);
  single.addMetric(name, MetricUnit.Count, times);
}

/**
 * Reports the seconds for which the most overdue item of a class has been waiting for the sweep; 0 where none is due.
 */
export function tellOldest(sweptClass: SweptClass, seconds: number): void {
  const single = metrics.singleMetric();
  single.addDimension('class', sweptClass);
  single.addMetric('OldestDue', MetricUnit.Seconds, seconds);
}
