import type { Account } from '#connectors/twitter/account';
import type { Credentials } from '#connectors/twitter/credentials';
import type { Attempted, Reconciliation } from '#shared/connector/sender';
import { ageSeconds, attemptHttp } from '#shared/http-attempt';
import { authorizationFor } from './oauth.ts';
import { type OwnMessage, readOwnMessages } from './own-messages.ts';
import type { TwitterRequest } from './render.ts';
import { likeness } from './same-text.ts';

/** X's clock and ours may differ by this much. */
const toleranceSeconds = 5;
/** X promises no time in which a list is complete; younger attempts are never called absent. */
const listLagSeconds = 60;
/** No reply is tried for longer (functions/send), so no attempt of it can be older. */
const oldestAttemptSeconds = 86_400;

/**
 * Looks for the message of an attempt where our account reads its own: one GET, never repeated. For a direct message it
 * reads the newest of the conversation with this customer, for a post our own timeline.
 *
 * The evidence is author, text and time: only messages younger than the attempt count, less the tolerance, so the same
 * words of a minute ago are not taken for it. X refuses a second post with the same text, so on a later attempt an
 * earlier one's post counts too. Only the caller knows if the one found is another reply's, and must ask.
 */
export async function reconcile(
  request: TwitterRequest,
  attempted: Attempted<Account, Credentials>,
): Promise<Reconciliation> {
  const earliestMs = Date.parse(attempted.attemptedAt) - reachSeconds(request, attempted) * 1000;
  const url = listUrl(request, attempted, earliestMs);
  const answer = await attemptHttp({
    url,
    method: 'GET',
    headers: { authorization: authorizationFor('GET', url, attempted.credentials) },
    timeoutSeconds: attempted.timeoutSeconds,
  });
  if (answer.kind !== 'answer' || answer.status !== 200) return { kind: 'unknown' };
  const senderId = request.kind === 'dm' ? attempted.account.address : undefined;
  const list = readOwnMessages(answer.text, senderId);
  if (!list) return { kind: 'unknown' };
  const reachesBack = list.isWhole || list.oldestMs < earliestMs;
  const found = list.own.filter(
    (message) =>
      message.createdMs >= earliestMs && likeness(message.text, request.text) !== 'different',
  );
  if (found.length > 0) return reachesBack ? certain(found, request) : { kind: 'unknown' };
  const age = ageSeconds(attempted.attemptedAt, answer.headers);
  return { kind: reachesBack && age >= listLagSeconds ? 'not_sent' : 'unknown' };
}

function reachSeconds(
  request: TwitterRequest,
  { attempt }: Attempted<Account, Credentials>,
): number {
  return request.kind === 'post' && attempt > 1 ? oldestAttemptSeconds : toleranceSeconds;
}

/**
 * Few direct messages, because X charges for each; a busy conversation that has moved on since is then unknown. Of
 * posts no fields are asked for: id and text always come, and X is renaming the rest (`tweet.fields`, `post.fields`).
 */
function listUrl(
  request: TwitterRequest,
  { apiUrl, account }: Attempted<Account, Credentials>,
  earliestMs: number,
): string {
  if (request.kind === 'dm') {
    const participantId = encodeURIComponent(request.participantId);
    const query = new URLSearchParams({
      max_results: '20',
      event_types: 'MessageCreate',
      'dm_event.fields': 'entities,id,text',
      expansions: 'sender_id',
    });
    return `${apiUrl}/2/dm_conversations/with/${participantId}/dm_events?${query}`;
  }
  // X's form of a time has no fractions of a second.
  const startTime = `${new Date(earliestMs).toISOString().slice(0, 19)}Z`;
  const query = new URLSearchParams({ max_results: '100', start_time: startTime });
  return `${apiUrl}/2/users/${account.address}/tweets?${query}`;
}

function certain(found: readonly OwnMessage[], request: TwitterRequest): Reconciliation {
  const [only, ...others] = found;
  const isOurs =
    only !== undefined && others.length === 0 && likeness(only.text, request.text) === 'same';
  return isOurs ? { kind: 'sent', providerMessageId: only.id } : { kind: 'unknown' };
}
