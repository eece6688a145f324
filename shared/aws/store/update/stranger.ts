import { appendAlert } from '#shared/aws/store/publishing/alert';
import { readConversation, readEntry, type Table } from '#shared/aws/store/table';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { messageIdOf } from '#shared/ids';
import { asAddressed } from '#shared/table/addressee';
import type { Entry } from '#shared/table/entry';
import type { ChannelUpdated } from './apply.ts';
import type { TargetPlace } from './target.ts';

type Status = ChannelUpdate & { readonly kind: 'status' };

/** The update, as one of a recipient of its message; a `stranger` is none of them. */
type Addressed =
  | { readonly update: ChannelUpdate; readonly stranger?: undefined }
  | { readonly stranger: Status; readonly entry: Entry };

/** Finds the recipient of whom a status is; the message is read only for one that does not know the recipients. */
export async function addressed(
  table: Table,
  { conversationId, sequence }: TargetPlace,
  update: ChannelUpdate,
): Promise<Addressed> {
  if (update.kind !== 'status' || !update.mayBeOnly) return { update };
  const entry = await readEntry(table, conversationId, sequence);
  if (!entry) return { update };
  const ours = asAddressed(update, entry);
  return ours ? { update: ours } : { stranger: update, entry };
}

/**
 * Tells people of a failure that names none of the recipients of its message, once for each message: the message keeps
 * its status. Other statuses of strangers change nothing and are not told.
 */
export async function tellOfStranger(
  table: Table,
  { conversationId }: TargetPlace,
  { status, recipient, errors = [], occurredAt }: Status,
  entry: Entry,
  receivedAt: string,
): Promise<ChannelUpdated> {
  if (status !== 'failed') return { outcome: 'elsewhere' };
  const { connector, account, channel } = await readConversation(table, conversationId, false);
  const messageId = messageIdOf(conversationId, entry);
  const changed = await appendAlert(
    table,
    { connector, account, receivedAt },
    {
      kind: 'alert',
      id: `${messageId}:bounce_of_another_recipient`,
      channel,
      code: 'unexplained_bounce',
      title: 'a server could not deliver a message of several recipients, and names none of them',
      details: {
        messageId,
        recipient: recipient ?? null,
        reason: errors[0]?.title ?? null,
        providerCode: errors[0]?.providerCode ?? null,
      },
      ...(occurredAt === undefined ? {} : { occurredAt }),
    },
  );
  return { outcome: 'elsewhere', changed };
}
