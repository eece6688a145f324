import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/store/table';
import type { ChannelMessage, Followed } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { readable } from '#shared/table/format';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';

type Standing = Pick<ChannelMessage, 'senderStanding'>;

/** One `BatchGetItem` takes 100 keys, and a claimed id has two; a mail may name any number of ancestors. */
export const maxFollowed = 50;

/** A stored message that a new one says it follows. */
export interface Ancestor extends Followed {
  readonly conversationId: string;
  readonly contactId: string | undefined;
  /** Its own sender was not authenticated. */
  readonly isUnproven: boolean;
}

/** The messages among these that are known, in the order asked. */
export async function ancestorsOf(
  table: Table,
  connector: string,
  account: string,
  follows: readonly Followed[],
): Promise<Ancestor[]> {
  const asked = follows.flatMap((followed) => {
    const { providerMessageId, proof } = followed;
    const { pk } = referenceKey(connector, account, providerMessageId);
    const proven = { pk, followed, isUnproven: false };
    if (proof !== 'claimed') return [proven];
    const unproven = referenceKey(connector, account, unprovenName(providerMessageId)).pk;
    return [proven, { pk: unproven, followed, isUnproven: true }];
  });
  const found = await references(table, new Set(asked.map(({ pk }) => pk)));
  return asked.flatMap(({ pk, followed, isUnproven }) => {
    const { conversationId, contactId } = found.get(pk) ?? {};
    return conversationId === undefined
      ? []
      : [{ ...followed, conversationId, contactId, isUnproven }];
  });
}

async function references(
  table: Table,
  pks: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReferenceItem>> {
  if (pks.size === 0) return new Map();
  const Keys = [...pks].map((pk) => ({ pk, sk: 'REFERENCE' }));
  const { Responses, UnprocessedKeys = {} } = await table.client.send(
    new BatchGetCommand({ RequestItems: { [table.name]: { Keys, ConsistentRead: true } } }),
  );
  // Read as unknown, a throttled one would open a second conversation.
  if (Object.keys(UnprocessedKeys).length > 0) {
    throw new ConnectorError('unavailable', 'not every reference could be read; try again');
  }
  const items = Responses?.[table.name] ?? [];
  return new Map(items.map((item) => [String(item['pk']), ReferenceItem.parse(readable(item))]));
}

/**
 * The name under which later messages find this one by its provider id. Where a sender chooses that id and is not
 * authenticated, the name is another: it must not take the place of the message that truly has the id.
 */
export function publicNameOf(
  message: Pick<ChannelMessage, 'providerMessageId'> & Standing,
): string {
  const { providerMessageId } = message;
  return isAuthenticated(message) ? providerMessageId : unprovenName(providerMessageId);
}

export function isAuthenticated({ senderStanding = 'authenticated' }: Standing): boolean {
  return senderStanding === 'authenticated';
}

/** No provider id has a blank in it. */
function unprovenName(providerMessageId: string): string {
  return `unproven ${providerMessageId}`;
}
