import type { ObjectEraser } from '#shared/aws/objects/erase';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { readItem, type Table } from '#shared/aws/store/table';
import { ReferenceItem } from '#shared/table/items';
import type { Key } from '#shared/table/keys';

/**
 * Deletes the raw item of a message, here or in the archive. The object goes first: the reference alone leads to it.
 * Resolves with false where there was none.
 */
export async function eraseRaw(
  table: Table,
  eraser: ObjectEraser,
  reference: Key,
): Promise<boolean> {
  const { raw, rawKey } = (await readItem(table, ReferenceItem, reference, true)) ?? {};
  if (rawKey !== undefined) await eraser.erase([rawKey]);
  if (raw === undefined && rawKey === undefined) return false;
  await unlessRefused(table, {
    Key: reference,
    UpdateExpression: 'REMOVE #raw, rawKey',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: { '#raw': 'raw' },
  });
  return true;
}
