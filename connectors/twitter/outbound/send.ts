import type { Account } from '#connectors/twitter/account';
import type { Credentials } from '#connectors/twitter/credentials';
import type { SendContext, SendOutcome } from '#shared/connector/sender';
import { attemptHttp } from '#shared/http-attempt';
import { classify } from './classify.ts';
import { authorizationFor } from './oauth.ts';
import type { TwitterRequest } from './render.ts';

/** Sends one direct message or one post: one HTTP request, never repeated here. */
export async function send(
  request: TwitterRequest,
  context: SendContext<Account, Credentials>,
): Promise<SendOutcome> {
  const call = callOf(request);
  const url = `${context.apiUrl}${call.path}`;
  const result = await attemptHttp({
    url,
    method: 'POST',
    headers: {
      authorization: authorizationFor('POST', url, context.credentials),
      'content-type': 'application/json',
    },
    body: JSON.stringify(call.body),
    timeoutSeconds: context.timeoutSeconds,
  });
  return result.kind === 'answer' ? classify(result, context.attempt) : result;
}

function callOf(request: TwitterRequest): { readonly path: string; readonly body: unknown } {
  if (request.kind === 'dm') {
    const participantId = encodeURIComponent(request.participantId);
    return {
      path: `/2/dm_conversations/with/${participantId}/messages`,
      body: { text: request.text },
    };
  }
  const reply = { in_reply_to_tweet_id: request.inReplyToPostId };
  return { path: '/2/tweets', body: { text: request.text, reply } };
}
