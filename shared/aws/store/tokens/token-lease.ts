import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import type { SendingAccount } from '#shared/aws/store/sending/pause';
import { readItem, type Table } from '#shared/aws/store/table';
import type { Key } from '#shared/table/keys';

/**
 * `ACCOUNT#<connector>#<account>` / `TOKENS`: who refreshes an account's tokens now, and what was tried. It holds hashes
 * of refresh tokens, never a token.
 */
const TokensItem = z.object({
  /** Until then one worker alone refreshes. */
  leaseUntil: z.iso.datetime().optional(),
  /** One more with each lease: a worker whose lease was taken over writes nothing more. */
  fence: z.number().int().default(0),
  /** The refresh token of the last call. It is written before the call, so that a crash behind it leaves a trace. */
  triedFor: z.string().optional(),
  /** The calls with this refresh token. */
  tries: z.number().int().default(0),
  /** A refresh token that is good for nothing more. */
  endedFor: z.string().optional(),
  refreshedAt: z.iso.datetime().optional(),
});
export type TokensItem = z.infer<typeof TokensItem>;

/** Reads what was tried with the tokens of an account so far. */
export async function readTokens(table: Table, account: SendingAccount): Promise<TokensItem> {
  const item = await readItem(table, TokensItem, tokensKey(account), true);
  return item ?? { fence: 0, tries: 0 };
}

/**
 * Leases the refresh of a token to one worker, and notes the call that is about to be made. Undefined where another one
 * has the lease, or has had it since `known` was read. The lease outlives the function, so its holder is dead when it ends.
 */
export async function leaseTokens(
  table: Table,
  account: SendingAccount,
  known: TokensItem,
  { tokenHash, now, leaseUntil }: { tokenHash: string; now: Date; leaseUntil: string },
): Promise<TokensItem | undefined> {
  const fence = known.fence + 1;
  const tries = known.triedFor === tokenHash ? known.tries + 1 : 1;
  const leased = await unlessRefused(table, {
    Key: tokensKey(account),
    UpdateExpression:
      'SET leaseUntil = :until, fence = :next, triedFor = :hash, tries = :tries REMOVE endedFor',
    ConditionExpression:
      '(attribute_not_exists(fence) OR fence = :known) AND (attribute_not_exists(leaseUntil) OR leaseUntil <= :now)',
    ExpressionAttributeValues: {
      ...{ ':until': leaseUntil, ':next': fence, ':hash': tokenHash, ':tries': tries },
      ...{ ':known': known.fence, ':now': now.toISOString() },
    },
  });
  return leased ? { ...known, fence, tries, triedFor: tokenHash, leaseUntil } : undefined;
}

/** Ends a lease with what came of it. Does nothing where another worker has the lease by now. */
export async function endTokenLease(
  table: Table,
  account: SendingAccount,
  { fence, triedFor }: TokensItem,
  outcome: { readonly refreshedAt: string } | 'ended' | 'open',
): Promise<void> {
  const [set, values] =
    outcome === 'open'
      ? ['', {}]
      : outcome === 'ended'
        ? ['SET endedFor = :hash', { ':hash': triedFor }]
        : ['SET refreshedAt = :at', { ':at': outcome.refreshedAt }];
  await unlessRefused(table, {
    Key: tokensKey(account),
    UpdateExpression: `${set} REMOVE leaseUntil`.trim(),
    ConditionExpression: 'fence = :fence',
    ExpressionAttributeValues: { ':fence': fence, ...values },
  });
}

const AlertItems = z.array(z.object({ raisedAt: z.string() }));

/** Tells if the provider has refused the account's credentials since a time: an alert says so. */
export async function rejectedSince(
  table: Table,
  { connector, account }: SendingAccount,
  since: string,
): Promise<boolean> {
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :alert)',
      ExpressionAttributeValues: {
        ':pk': `ACCOUNT#${connector}#${account}`,
        ':alert': 'ALERT#credentials_rejected',
      },
    }),
  );
  return AlertItems.parse(Items ?? []).some(({ raisedAt }) => raisedAt > since);
}

function tokensKey({ connector, account }: SendingAccount): Key {
  return { pk: `ACCOUNT#${connector}#${account}`, sk: 'TOKENS' };
}
