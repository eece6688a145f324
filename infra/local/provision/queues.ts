import { callJson, isFault } from '#infra/local/emulators/aws-call';
import type { App } from '#infra/local/template/app';
import { declared, nameIn, QueueProperties } from '#infra/local/template/declared';

/** The attributes that CloudFormation and `CreateQueue` name alike. */
const attributes = [
  'VisibilityTimeout',
  'MessageRetentionPeriod',
  'DelaySeconds',
  'MaximumMessageSize',
  'ReceiveMessageWaitTimeSeconds',
  'ContentBasedDeduplication',
] as const;

/** Creates the queues that are missing and gives those that are there the attributes the template has now. */
export async function provisionQueues(app: App, endpoint: string): Promise<void> {
  const queues = app.resources('AWS::SQS::Queue').map((resource) => ({
    name: nameIn(resource.identity.attributes['Arn'] ?? ''),
    url: resource.identity.ref,
    properties: declared(QueueProperties, resource),
  }));
  for (const { name, url, properties } of queues) {
    const settings = queueAttributes(properties);
    const fixed = properties.FifoQueue ? { FifoQueue: 'true' } : {};
    try {
      await callJson(endpoint, 'AmazonSQS.CreateQueue', {
        QueueName: name,
        Attributes: { ...fixed, ...settings },
      });
    } catch (fault) {
      if (!isFault(fault, 'QueueNameExists')) throw fault;
      await callJson(endpoint, 'AmazonSQS.SetQueueAttributes', {
        QueueUrl: url,
        Attributes: settings,
      });
    }
  }
}

function queueAttributes(
  properties: ReturnType<typeof QueueProperties.parse>,
): Record<string, string> {
  const given = attributes.flatMap((name) => {
    const value = properties[name];
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  const { RedrivePolicy: redrive } = properties;
  return {
    ...Object.fromEntries(given),
    ...(redrive ? { RedrivePolicy: JSON.stringify(redrive) } : {}),
  };
}
