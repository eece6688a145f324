import * as z from 'zod';
import type { SendingAccount } from '#shared/aws/store/sending/pause';
import { readItem, type Table } from '#shared/aws/store/table';
import { unlessRefused } from './cursor.ts';

/** `ACCOUNT#<connector>#<account>` / `ALERT#<reason>`: when the trouble that lasts was last told. */
const AlertItem = z.object({ raisedAt: z.iso.datetime() });

/** Trouble that lasts is told again after this time. */
const againAfterSeconds = 3_600;
/** After this nothing is left of it. */
const forgottenAfterSeconds = 7 * 86_400;

/**
 * Decides which alert a trouble belongs to: the time of the one that was raised less than an hour before it, else its
 * own. So each reason of an account is told once an hour, by whichever answer or status comes first; repeating the
 * same one after a crash names the same alert.
 */
export async function alertSince(
  table: Table,
  { connector, account }: SendingAccount,
  reason: string,
  at: string,
): Promise<string> {
  const key = { pk: `ACCOUNT#${connector}#${account}`, sk: `ALERT#${reason}` };
  const msAfter = (seconds: number) => Date.parse(at) + seconds * 1000;
  const isFirst = await unlessRefused(table, {
    Key: key,
    UpdateExpression: 'SET raisedAt = :at, expiresAt = :expiresAt',
    ConditionExpression: 'attribute_not_exists(raisedAt) OR raisedAt <= :before',
    ExpressionAttributeValues: {
      ':at': at,
      ':before': new Date(msAfter(-againAfterSeconds)).toISOString(),
      ':expiresAt': Math.floor(msAfter(forgottenAfterSeconds) / 1000),
    },
  });
  if (isFirst) return at;
  return (await readItem(table, AlertItem, key, true))?.raisedAt ?? at;
}
