import type { Declaration } from '#shared/connector/declaration';
import { AwsSmsAccount } from './account.ts';
import { mediaLimits } from './media-limits.ts';

/** SMS and MMS through AWS End User Messaging: two-way messages and events by SNS, replies by an AWS API. */
export const declaration = {
  title: 'SMS (AWS End User Messaging)',
  channels: {
    sms: {
      replyContent: ['text', 'media'],
      replyFields: { asText: ['buttons', 'list', 'link_button'] },
      // `MessageBody` of SendTextMessage and SendMediaMessage. The service itself cuts it into the parts of an SMS.
      maxTextLength: 1600,
      maxTextParts: 5,
      media: mediaLimits,
    },
  },
  receives: 'topic',
  topicPublisher: 'sms-voice.amazonaws.com',
  topicEnvelope: true,
  // No pacing: the rate depends on the kind of number. AWS answers ThrottlingException beyond it, which surely sent
  // nothing; a stage may name the rate of its number.
  apiUrl: 'https://sms-voice.{region}.amazonaws.com',
  account: AwsSmsAccount,
} as const satisfies Declaration;
