import type { LambdaPool } from '#infra/local/lambda/pool';
import type { App } from '#infra/local/template/app';
import {
  declared,
  EventSourceProperties,
  nameIn,
  QueueProperties,
} from '#infra/local/template/declared';
import type { EventSource } from './event-source.ts';
import { queueClient } from './queue-client.ts';

export type DeclaredEventSource = Omit<EventSource, 'invoke' | 'warn'> & {
  readonly functionName: string;
};

/**
 * The enabled event source mappings of the app. Throws for a mapping that Lambda refuses: a queue that is not there, or
 * one whose visibility timeout is shorter than the function's own.
 */
export function eventSourcesOf(
  app: App,
  pool: LambdaPool,
  endpoint: string,
): readonly DeclaredEventSource[] {
  const queues = new Map(
    app.resources('AWS::SQS::Queue').map((resource) => [
      resource.identity.attributes['Arn'],
      {
        url: resource.identity.ref,
        visibilitySeconds: declared(QueueProperties, resource).VisibilityTimeout ?? 30,
      },
    ]),
  );
  return app.resources('AWS::Lambda::EventSourceMapping').flatMap((resource) => {
    const mapping = declared(EventSourceProperties, resource);
    if (!mapping.Enabled) return [];
    const functionName = nameIn(mapping.FunctionName);
    const queue = queues.get(mapping.EventSourceArn);
    if (!queue)
      throw new Error(`template: ${resource.logicalId}: no queue ${mapping.EventSourceArn}`);
    const fn = pool.functions.find(({ name }) => name === functionName);
    if (fn && fn.timeoutSeconds > queue.visibilitySeconds) {
      throw new Error(
        `template: ${resource.logicalId}: the function may take ${fn.timeoutSeconds} s, its queue hides a message for ${queue.visibilitySeconds} s`,
      );
    }
    const room = pool.concurrencyOf(functionName);
    return {
      functionName,
      queueArn: mapping.EventSourceArn,
      queue: queueClient(endpoint, queue.url),
      batchSize: mapping.BatchSize,
      windowSeconds: mapping.MaximumBatchingWindowInSeconds,
      reportsFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      concurrency: Math.min(mapping.ScalingConfig?.MaximumConcurrency ?? room, room),
    };
  });
}
