import * as z from 'zod';
import type { Queued } from '#connectors/twitter/payload';
import type { ChannelAlert } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';

/** The alerts of the catch-up. No webhook makes such an item: the kinds of X's events are decided by the webhook room. */
const Alert = z.object({
  id: z.string(),
  code: z.enum([
    'webhook_invalid',
    'webhook_restored',
    'messages_missed',
    'budget_used',
    'credits_depleted',
    'credentials_rejected',
    'app_not_permitted',
  ]),
  title: z.string(),
  details: z.unknown().optional(),
  occurredAt: z.iso.datetime(),
});

/** Reads an alert that the catch-up queued. Throws `unreadable_payload`. */
export function parseAlert({ event }: Queued): ChannelAlert {
  const read = Alert.safeParse(event);
  if (!read.success) throw new ConnectorError('unreadable_payload', 'an alert in no known form');
  const { details, ...alert } = read.data;
  return {
    kind: 'alert',
    channel: 'twitter',
    ...alert,
    ...(details === undefined ? {} : { details }),
  };
}
