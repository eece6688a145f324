import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Customer } from '#shared/connector/channel-event';
import { derivedId } from '#shared/ids';
import { type Identity, identityKey } from '#shared/model/identity';
import { IdentityItem } from '#shared/table/items';
import { identityItemKey } from '#shared/table/keys';
import { readItem, type Table } from './table.ts';

/** The contact behind a customer's addresses, and which of the addresses are not linked to it yet. */
export interface KnownContact {
  readonly contactId: string;
  /** Nobody with any of these addresses has written before. */
  readonly isNew: boolean;
  readonly unlinked: readonly Identity[];
}

/**
 * Finds the contact by the first address that is known, in the order the connector gave them. A new contact's id
 * is derived from its first address, so two deliveries that race create the same contact.
 */
export async function findContact(
  table: Table,
  { identities }: Customer,
  consistent: boolean,
): Promise<KnownContact> {
  for (const identity of identities) {
    const item = await readItem(table, IdentityItem, identityItemKey(identity), consistent);
    if (!item) continue;
    const known = new Set([identityKey(identity), ...item.aliases]);
    const unlinked = identities.filter((each) => !known.has(identityKey(each)));
    return { contactId: item.contactId, isNew: false, unlinked };
  }
  const [first] = identities;
  return { contactId: derivedId('con', identityKey(first)), isNew: true, unlinked: identities };
}

/**
 * Links further addresses to a contact that exists, one conditional write each, and remembers them on the first.
 * An address that already belongs to somebody else stays there; the claim is recorded as a conflict.
 */
export async function linkIdentities(
  table: Table,
  contactId: string,
  customer: Customer,
  unlinked: readonly Identity[],
): Promise<void> {
  for (const identity of unlinked) await linkIdentity(table, contactId, identity);
  for (const identity of customer.identities) {
    const others = customer.identities.filter((each) => each !== identity).map(identityKey);
    await rememberAliases(table, contactId, identity, others);
  }
}

async function linkIdentity(table: Table, contactId: string, identity: Identity): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: identityItemKey(identity),
        UpdateExpression: 'SET contactId = :contact, evidence = if_not_exists(evidence, :evidence)',
        ConditionExpression: 'attribute_not_exists(pk) OR contactId = :contact',
        ExpressionAttributeValues: { ':contact': contactId, ':evidence': 'observed' },
      }),
    );
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
    await recordConflict(table, contactId, identity);
  }
}

async function recordConflict(table: Table, contactId: string, identity: Identity): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: identityItemKey(identity),
        UpdateExpression: 'SET conflicts = list_append(if_not_exists(conflicts, :none), :contacts)',
        ConditionExpression: 'NOT contains(conflicts, :contact)',
        ExpressionAttributeValues: { ':none': [], ':contacts': [contactId], ':contact': contactId },
      }),
    );
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
  }
}

/** Only on an item of the same contact; the aliases spare later messages the look-up of every address. */
async function rememberAliases(
  table: Table,
  contactId: string,
  identity: Identity,
  aliases: readonly string[],
): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: identityItemKey(identity),
        UpdateExpression: 'SET aliases = :aliases',
        ConditionExpression: 'contactId = :contact',
        ExpressionAttributeValues: { ':aliases': aliases, ':contact': contactId },
      }),
    );
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
  }
}
