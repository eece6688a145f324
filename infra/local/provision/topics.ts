import { callQuery } from '#infra/local/emulators/aws-call';
import type { App, ResolvedResource } from '#infra/local/template/app';
import {
  declared,
  nameIn,
  SubscriptionProperties,
  TopicProperties,
} from '#infra/local/template/declared';

/** Creates topics and subscribes queues to them; existing topics are left as they are. */
export async function provisionTopics(app: App, endpoint: string): Promise<void> {
  for (const topic of app.resources('AWS::SNS::Topic')) {
    const isFifo = declared(TopicProperties, topic).FifoTopic;
    await callQuery(endpoint, {
      Action: 'CreateTopic',
      Name: nameIn(topic.identity.ref),
      ...(isFifo ? entries({ FifoTopic: 'true' }) : {}),
    });
  }
  for (const subscription of app.resources('AWS::SNS::Subscription')) {
    await subscribe(subscription, endpoint);
  }
}

async function subscribe(resource: ResolvedResource, endpoint: string): Promise<void> {
  const { Protocol, Endpoint, TopicArn, ...rest } = declared(SubscriptionProperties, resource);
  if (Protocol !== 'sqs') {
    throw new Error(`template: ${resource.logicalId}: only queues can subscribe, not ${Protocol}`);
  }
  const attributes = {
    RawMessageDelivery: rest.RawMessageDelivery ? 'true' : undefined,
    FilterPolicy: rest.FilterPolicy ? JSON.stringify(rest.FilterPolicy) : undefined,
    FilterPolicyScope: rest.FilterPolicyScope,
  };
  const call = { Action: 'Subscribe', TopicArn, Protocol, Endpoint };
  await callQuery(endpoint, { ...call, ...entries(attributes) });
}

/** Attributes as the query protocol numbers them; those without a value are left out. */
function entries(attributes: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const numbered = given.flatMap(([key, value], index) => [
    [`Attributes.entry.${index + 1}.key`, key],
    [`Attributes.entry.${index + 1}.value`, value],
  ]);
  return Object.fromEntries(numbered);
}
