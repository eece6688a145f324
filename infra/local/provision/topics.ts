import { callQuery } from '#infra/local/emulators/aws-call';
import type { App } from '#infra/local/template/app';
import {
  declared,
  nameIn,
  SubscriptionProperties,
  TopicProperties,
} from '#infra/local/template/declared';

/** Creates topics and subscribes queues to them; what is there already is left as it is. */
export async function provisionTopics(app: App, endpoint: string): Promise<void> {
  for (const topic of app.resources('AWS::SNS::Topic')) {
    const isFifo = declared(TopicProperties, topic).FifoTopic;
    await callQuery(endpoint, {
      Action: 'CreateTopic',
      Name: nameIn(topic.identity.ref),
      ...(isFifo ? entries({ FifoTopic: 'true' }) : {}),
    });
  }
  for (const resource of app.resources('AWS::SNS::Subscription')) {
    const subscription = declared(SubscriptionProperties, resource);
    const { Protocol, Endpoint, TopicArn, RawMessageDelivery, FilterPolicy } = subscription;
    if (Protocol !== 'sqs') {
      throw new Error(
        `template: ${resource.logicalId}: only queues are subscribed here, not ${Protocol}`,
      );
    }
    await callQuery(endpoint, {
      Action: 'Subscribe',
      TopicArn,
      Protocol,
      Endpoint,
      ...entries({
        ...(RawMessageDelivery ? { RawMessageDelivery: 'true' } : {}),
        ...(FilterPolicy ? { FilterPolicy: JSON.stringify(FilterPolicy) } : {}),
        ...(subscription.FilterPolicyScope
          ? { FilterPolicyScope: subscription.FilterPolicyScope }
          : {}),
      }),
    });
  }
}

/** Attributes as the query protocol numbers them. */
function entries(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const numbered = Object.entries(attributes).flatMap(([key, value], index) => [
    [`Attributes.entry.${index + 1}.key`, key],
    [`Attributes.entry.${index + 1}.value`, value],
  ]);
  return Object.fromEntries(numbered);
}
