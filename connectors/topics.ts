import type { ReadTopic } from '#shared/connector/topic';
import { readNotification as whatsappAws } from './whatsapp-aws/sns.ts';

/** What reads the notifications of connectors that receive by a topic. */
export const topics: Readonly<Record<string, ReadTopic>> = { 'whatsapp-aws': whatsappAws };
