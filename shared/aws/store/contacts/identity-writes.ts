import type { TransactItem } from '#shared/aws/store/conditional-writes';
import type { Table } from '#shared/aws/store/table';
import type { IdentityItem } from '#shared/table/items';
import { identityItemKeyOf } from '#shared/table/keys';
import type { Claim } from './contact.ts';

/** The new owner of addresses, the time, and all addresses that were named together. */
export interface Linked {
  readonly contactId: string;
  readonly occurredAt: string;
  readonly aliases: readonly string[];
}

/** The item is read with every message and must stay small; no person has more addresses that matter. */
const maxAliases = 20;

/** Links an address without an owner to the contact. */
export function linkWrite(
  table: Table,
  { contactId, occurredAt, aliases }: Linked,
  claim: Claim,
): TransactItem {
  const item: IdentityItem = {
    contactId,
    evidence: claim.evidence,
    // An asserted address is checked again when a message comes from it.
    aliases: claim.role === 'asserted' ? [] : aliases.filter((alias) => alias !== claim.key),
    since: occurredAt,
    ...(isLeft(claim) ? { leftAt: occurredAt } : {}),
  };
  return {
    Put: {
      TableName: table.name,
      Item: { ...identityItemKeyOf(claim.key), ...item },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** Moves an address from another contact to this one. The time of its first sight stays. */
export function takeWrite(
  table: Table,
  { contactId, occurredAt, aliases }: Linked,
  address: { readonly key: string; readonly claim?: Claim },
  item: IdentityItem,
): TransactItem {
  const { claim, key } = address;
  return changeWrite(table, key, item, {
    contactId,
    aliases: joined(item.aliases, aliases, key),
    ...(claim ? { evidence: claim.evidence } : {}),
    ...(claim && isLeft(claim) ? { leftAt: occurredAt } : {}),
  });
}

/** Hands on a phone number that its owner had left: it begins anew, and the former owner stays recorded. */
export function handOnWrite(
  table: Table,
  { contactId, occurredAt, aliases }: Linked,
  { key, evidence }: Claim,
  item: IdentityItem,
): TransactItem {
  return changeWrite(
    table,
    key,
    item,
    {
      contactId,
      evidence,
      since: occurredAt,
      aliases: aliases.filter((alias) => alias !== key),
      conflicts: [...new Set([...(item.conflicts ?? []), item.contactId])],
    },
    ['leftAt'],
  );
}

/** Updates the contact's own address: the addresses named together with it, and whether it was left or is back. */
export function keepWrite(
  table: Table,
  { occurredAt, aliases }: Linked,
  claim: Claim,
  item: IdentityItem,
): TransactItem[] {
  if (claim.role === 'asserted') return [];
  const changes = {
    ...moreAliases(item, aliases, claim.key),
    ...(isLeft(claim) && occurredAt > (item.leftAt ?? '') ? { leftAt: occurredAt } : {}),
    ...(isBetter(claim.evidence, item.evidence) ? { evidence: claim.evidence } : {}),
  };
  const removed = isBack(claim, item, occurredAt) ? ['leftAt'] : [];
  if (Object.keys(changes).length + removed.length === 0) return [];
  return [changeWrite(table, claim.key, item, changes, removed)];
}

function moreAliases({ aliases }: IdentityItem, named: readonly string[], key: string) {
  const all = joined(aliases, named, key);
  return all.length > aliases.length ? { aliases: all } : {};
}

/** Compares evidence: the provider's word beats what a message shows, and that beats the customer's word. */
function isBetter(now: Claim['evidence'], before: Claim['evidence']): boolean {
  return now !== before && (now === 'verified' || before === 'asserted');
}

function isBack({ role }: Claim, { leftAt }: IdentityItem, occurredAt: string): boolean {
  return role === 'current' && leftAt !== undefined && occurredAt > leftAt;
}

/** Records a conflict: the contact that also names another one's address. The address stays with its owner. */
export function conflictWrite(
  table: Table,
  { contactId }: Linked,
  { key }: Claim,
  item: IdentityItem,
): TransactItem {
  return changeWrite(table, key, item, { conflicts: [...(item.conflicts ?? []), contactId] });
}

/** Changes an address only while it has the owner it was read with, and nothing was linked to it since. */
function changeWrite(
  table: Table,
  key: string,
  item: IdentityItem,
  changes: Partial<IdentityItem>,
  removed: readonly string[] = [],
): TransactItem {
  const names = Object.keys(changes);
  const set = names.length > 0 ? `SET ${names.map((name) => `${name} = :${name}`).join(', ')}` : '';
  const remove = removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : '';
  return {
    Update: {
      TableName: table.name,
      Key: identityItemKeyOf(key),
      UpdateExpression: `${set}${remove}`,
      ConditionExpression:
        'contactId = :owner AND (attribute_not_exists(aliases) OR size(aliases) = :linked)',
      ExpressionAttributeValues: {
        ':owner': item.contactId,
        ':linked': item.aliases.length,
        ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [`:${name}`, value])),
      },
    },
  };
}

/** A phone number that was left stays known as the contact's for late messages, and is free for a new owner. */
function isLeft({ role, identity }: Claim): boolean {
  return role === 'previous' && identity.kind === 'phone';
}

function joined(before: readonly string[], named: readonly string[], own: string): string[] {
  const all = new Set([...before, ...named]);
  all.delete(own);
  return [...all].slice(-maxAliases);
}
