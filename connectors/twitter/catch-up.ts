import { defineCatchUp } from '#shared/connector/define-catch-up';
import { Account } from './account.ts';
import { directMessages, readDirectMessages } from './catch-up/direct-messages.ts';
import { mentions, readMentions } from './catch-up/mentions.ts';
import { checkWebhook, replay, replayReach, validateWebhook } from './catch-up/webhook-health.ts';
import { Credentials } from './credentials.ts';
import { itemOf } from './item.ts';

/** Reads what X's webhooks have not brought: X never repeats one. */
export const catchUp = defineCatchUp({
  account: Account,
  credentials: Credentials,
  channel: 'twitter',
  lists: [mentions, directMessages],
  settings: ({ catchUp: { directMessagesEveryHours, ...settings } }) => ({
    ...settings,
    gapListsEveryHours: directMessagesEveryHours,
  }),
  read: (request, context) =>
    request.list === mentions.name
      ? readMentions(request, context)
      : readDirectMessages(request, context),
  checkWebhook,
  validateWebhook,
  replay,
  replayReach,
  alertItem: (alert, { address }) =>
    itemOf({ kind: 'alert', type: 'catch_up', userId: address, event: alert }),
});
