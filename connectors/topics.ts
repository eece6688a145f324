// Written by `npm run registries` from the folders beside it.
import type { ReadTopic } from '#shared/connector/topic';
import type { ReceivingBy } from './declarations.ts';
import { readNotification as email } from './email/sns.ts';
import { readNotification as whatsappAws } from './whatsapp-aws/sns.ts';

/** Read the notifications of connectors that receive by an SNS topic. */
export const topics: Readonly<Record<string, ReadTopic>> = {
  email,
  'whatsapp-aws': whatsappAws,
} satisfies Record<ReceivingBy<'topic' | 'mail'>, ReadTopic>;
