import { readItem, type Table } from '#shared/aws/store/table';
import { type Identity, identityKey } from '#shared/model/identity';
import { IdentityItem } from '#shared/table/items';
import { identityItemKeyOf } from '#shared/table/keys';

/** An address of a contact. */
export interface OwnAddress {
  /** As aliases name it. */
  readonly key: string;
  /** Contacts that had it before, or claim it. */
  readonly others: readonly string[];
}

/** More than a person has addresses on one channel. */
const mostAddresses = 20;

/**
 * The addresses that are a contact's now: of those named here, and of those that were ever named together with them.
 * One that nobody has registered counts as the contact's.
 */
export async function ownAddresses(
  table: Table,
  contactId: string,
  named: readonly Identity[],
): Promise<OwnAddress[]> {
  const asked = new Set<string>();
  const own: OwnAddress[] = [];
  let next = named.map(identityKey);
  while (next.length > 0) {
    const keys = [...new Set(next)].filter((key) => !asked.has(key));
    const read = await readAddresses(table, keys.slice(0, mostAddresses - asked.size));
    for (const { key } of read) asked.add(key);
    const found = read.filter(({ item }) => (item?.contactId ?? contactId) === contactId);
    own.push(...found.map(({ key, item }) => ({ key, others: item?.conflicts ?? [] })));
    next = found.flatMap(({ item }) => item?.aliases ?? []);
  }
  return own;
}

async function readAddresses(table: Table, keys: readonly string[]) {
  const read = keys.map(async (key) => {
    const item = await readItem(table, IdentityItem, identityItemKeyOf(key), true);
    return { key, item };
  });
  return Promise.all(read);
}
