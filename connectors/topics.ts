// Written by `npm run registries` from the folders beside it.
import type { ReadTopic } from '#shared/connector/topic';
import { readNotification as awsSms } from './aws-sms/sns.ts';
import type { ReceivingBy } from './declarations.ts';
import { readNotification as email } from './email/sns.ts';
import { readNotification as whatsappAws } from './whatsapp-aws/sns.ts';

/** Read SNS notifications; a receiving Lambda carries one of them (infra/build/entries.ts). */
export const topics: Readonly<Record<string, ReadTopic>> = {
  'aws-sms': awsSms,
  email,
  'whatsapp-aws': whatsappAws,
} satisfies Record<ReceivingBy<'topic' | 'mail'>, ReadTopic>;
