import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { SendingAccount } from '#shared/aws/store/sending/pause';
import { readItem, type Table } from '#shared/aws/store/table';
import { omitUndefined } from '#shared/json';
import type { Key } from '#shared/table/keys';

const Time = z.iso.datetime();

/** The reading of one list. */
export const ListState = z.object({
  /** The newest entry that was read to the end and is queued. */
  after: z.string().optional(),
  /** Everything from this time up to `after` was read. */
  readSince: Time.optional(),
  /** The beginning of the last reading that came to its end. */
  readAt: Time.optional(),
  /** Entries that were queued before they were old enough for `after`: they are read again, and left out. */
  early: z.array(z.string()).optional(),
  /** The time of the newest message that a webhook had brought before the list did: the webhook worked then. */
  soundAt: Time.optional(),
  /** A reading that stopped before its end: where it goes on, and the object that holds what it has read. */
  walk: z
    .object({
      startedAt: Time,
      /** Absent where the provider refused it: the reading begins at the newest entry. */
      token: z.string().optional(),
      held: z.string().optional(),
      /** The object with the older entries, which were read before the token was refused: the reading ends at them. */
      below: z.string().optional(),
    })
    .optional(),
});
export type ListState = z.infer<typeof ListState>;

/** A time in which the webhook did not bring what it should have. */
export const Gap = z.object({
  /** Nothing before this time is missing. */
  since: Time,
  /** The time at which it was first noticed: its name. */
  seenAt: Time,
  /** The last evidence of it; the time at which the webhook was enabled again, where it had been disabled. */
  until: Time,
  /** Set when we had the webhook enabled again. */
  restoredAt: Time.optional(),
  /** Set when the provider took our request to repeat its webhooks. */
  replayAskedAt: Time.optional(),
  /** Set when the provider refused that request for good: the lists alone must heal the gap. */
  replayRefusedAt: Time.optional(),
  /** The codes of the alerts that were raised for it. */
  told: z.array(z.string()).default([]),
});
export type Gap = z.infer<typeof Gap>;

/** `ACCOUNT#<connector>#<account>` / `CATCH_UP`: how far an account has been caught up. */
export const CatchUpState = z.object({
  /** The first run: nothing is read from before, but for the hours that the account's settings name. */
  startedAt: Time,
  leaseId: z.string().optional(),
  leaseUntil: Time.optional(),
  lists: z.record(z.string(), ListState).default({}),
  webhook: z.enum(['valid', 'invalid', 'missing']).optional(),
  webhookId: z.string().optional(),
  checkedAt: Time.optional(),
  /** The last time that the provider called our webhook valid. */
  validAt: Time.optional(),
  /** Since then the provider has called it invalid. */
  invalidAt: Time.optional(),
  gap: Gap.optional(),
  /** No call before this time: a rate limit, or a fault of the account. */
  waitUntil: Time.optional(),
  /** The estimated spending of one day of UTC, with what the page under way may cost. */
  spent: z
    .object({
      day: z.string(),
      micros: z.number(),
      told: z.boolean().default(false),
      /** The uses that were counted last, as `use:id`: read again on the same day it costs nothing. */
      counted: z.array(z.string()).optional(),
    })
    .optional(),
});
export type CatchUpState = z.infer<typeof CatchUpState>;

const stateKey = ({ connector, account }: SendingAccount): Key => ({
  pk: `ACCOUNT#${connector}#${account}`,
  sk: 'CATCH_UP',
});

/** Reads how far an account has been caught up; undefined before its first run. */
export function readCatchUp(
  table: Table,
  account: SendingAccount,
): Promise<CatchUpState | undefined> {
  return readItem(table, CatchUpState, stateKey(account), true);
}

/** Takes the right to catch an account up. Resolves with its state; undefined while another run has the right. */
export async function leaseCatchUp(
  table: Table,
  account: SendingAccount,
  { leaseId, now, until }: { readonly leaseId: string; readonly now: Date; readonly until: Date },
): Promise<CatchUpState | undefined> {
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: stateKey(account),
        UpdateExpression:
          'SET startedAt = if_not_exists(startedAt, :now), leaseId = :leaseId, leaseUntil = :until',
        ConditionExpression: 'attribute_not_exists(leaseUntil) OR leaseUntil <= :now',
        ExpressionAttributeValues: {
          ':now': now.toISOString(),
          ':until': until.toISOString(),
          ':leaseId': leaseId,
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return CatchUpState.parse(Attributes);
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return undefined;
    throw fault;
  }
}

/**
 * Writes the state of an account, while this run has the right to it. Throws `ConditionalCheckFailedException` where
 * another run has taken it since: this one must end.
 */
export async function saveCatchUp(
  table: Table,
  account: SendingAccount,
  state: CatchUpState,
): Promise<void> {
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: { ...stateKey(account), ...omitUndefined(state) },
      ConditionExpression: 'leaseId = :leaseId',
      ExpressionAttributeValues: { ':leaseId': state.leaseId },
    }),
  );
}

/** Gives the right back, and writes the state for the last time. */
export async function releaseCatchUp(
  table: Table,
  account: SendingAccount,
  state: CatchUpState,
): Promise<void> {
  await saveCatchUp(table, account, { ...state, leaseUntil: undefined });
}
