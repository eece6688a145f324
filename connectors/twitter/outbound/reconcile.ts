import type { Account } from '#connectors/twitter/account';
import { CallFailed, xClient } from '#connectors/twitter/api/client';
import type { Credentials } from '#connectors/twitter/credentials';
import type { Attempted, Reconciliation } from '#shared/connector/sender';
import { ageSeconds } from '#shared/http-attempt';
import { type OwnMessage, readOwnMessages } from './own-messages.ts';
import type { TwitterRequest } from './request.ts';
import { type Likeness, likeness } from './same-text.ts';

/** X's clock and ours may differ by this much. */
const toleranceSeconds = 5;
/** X promises no time in which a list is complete; younger attempts are never called absent. */
const listLagSeconds = 60;

/**
 * Looks for the message of an attempt where our account reads its own: one GET, never repeated. For a direct message it
 * reads the newest of the conversation with this customer, for a post our own timeline.
 *
 * The evidence is author, text and time: only messages younger than the attempt count, less the tolerance, so the same
 * words of a minute ago are not taken for it. X refuses a second post with the same text, so an earlier attempt at this
 * post with an unknown outcome counts too. Only the caller knows if the one found is another reply's, and must ask.
 */
export async function reconcile(
  request: TwitterRequest,
  attempted: Attempted<Account, Credentials>,
): Promise<Reconciliation> {
  const earliestMs = firstAttemptMs(request, attempted) - toleranceSeconds * 1000;
  const answer = await asked(request, attempted, earliestMs);
  if (!answer) return { kind: 'unknown' };
  const senderId = request.kind === 'dm' ? attempted.account.address : undefined;
  const list = readOwnMessages(answer.data, senderId);
  if (!list) return { kind: 'unknown' };
  const reachesBack = list.isWhole || list.oldestMs < earliestMs;
  const found = list.own.filter(
    (message) => message.createdMs >= earliestMs && likenessOf(message, request) !== 'different',
  );
  if (found.length > 0) return reachesBack ? certain(found, request) : { kind: 'unknown' };
  const age = ageSeconds(attempted.attemptedAt, new Headers(answer.headers));
  return { kind: reachesBack && age >= listLagSeconds ? 'not_sent' : 'unknown' };
}

/** The time of the first attempt that may have arrived. */
function firstAttemptMs(
  request: TwitterRequest,
  { attemptedAt, unknownSince }: Attempted<Account, Credentials>,
): number {
  return Date.parse(request.kind === 'post' ? (unknownSince ?? attemptedAt) : attemptedAt);
}

interface Asked {
  readonly data: unknown;
  readonly headers: Record<string, string>;
}

/**
 * The page that X lists; undefined where it gave none. Few direct messages, because X charges for each; a busy
 * conversation that has moved on since is then unknown. Of posts no fields are asked for: id and text always come, and X
 * is renaming the rest (`tweet.fields`, `post.fields`).
 */
async function asked(
  request: TwitterRequest,
  attempted: Attempted<Account, Credentials>,
  earliestMs: number,
): Promise<Asked | undefined> {
  const { path, query } = listOf(request, attempted, earliestMs);
  try {
    return (await xClient(attempted).v2.get<unknown>(path, query, { fullResponse: true })) as Asked;
  } catch (fault) {
    if (fault instanceof CallFailed) return undefined;
    throw fault;
  }
}

function listOf(
  request: TwitterRequest,
  { account }: Attempted<Account, Credentials>,
  earliestMs: number,
): { readonly path: string; readonly query: Record<string, string> } {
  if (request.kind === 'dm') {
    return {
      path: `dm_conversations/with/${encodeURIComponent(request.participantId)}/dm_events`,
      query: {
        max_results: '20',
        event_types: 'MessageCreate',
        'dm_event.fields': 'entities,id,text',
        expansions: 'sender_id',
      },
    };
  }
  // X's form of a time has no fractions of a second.
  const start_time = `${new Date(earliestMs).toISOString().slice(0, 19)}Z`;
  return { path: `users/${account.address}/tweets`, query: { max_results: '100', start_time } };
}

function likenessOf(message: OwnMessage, { text = '', files, mediaIds }: TwitterRequest): Likeness {
  return likeness(message.text, text, files !== undefined || mediaIds !== undefined);
}

function certain(found: readonly OwnMessage[], request: TwitterRequest): Reconciliation {
  const [only, ...others] = found;
  const isOurs = only !== undefined && others.length === 0 && likenessOf(only, request) === 'same';
  return isOurs ? { kind: 'sent', providerMessageId: only.id } : { kind: 'unknown' };
}
