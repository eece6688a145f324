import { declaration as conversation } from '#connectors/whatsapp/declaration';
import type { Declaration } from '#shared/connector/declaration';
import { AwsAccount } from './account.ts';

/** WhatsApp through AWS End User Messaging Social: Meta's messages, carried by SNS and an AWS API. */
export const declaration = {
  title: 'WhatsApp (AWS End User Messaging Social)',
  /** The channels and contents of Meta: AWS passes a message on as it is. */
  channels: conversation.channels,
  receives: 'topic',
  topicPublisher: 'social-messaging.amazonaws.com',
  fetchesMedia: true,
  /** Meta's own limit of a number, which stands behind AWS's. */
  pacing: conversation.pacing,
  apiUrl: 'https://social-messaging.{region}.amazonaws.com',
  account: AwsAccount,
} satisfies Declaration;
