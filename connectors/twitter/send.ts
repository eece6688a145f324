import { OAuth1Helper } from 'twitter-api-v2/dist/cjs/client-mixins/oauth1.helper.js';
import type { SendContext, SendOutcome } from '#shared/connector/sender';
import { attemptHttp } from '#shared/http-attempt';
import type { Account } from './account.ts';
import { classify } from './classify.ts';
import type { Credentials } from './credentials.ts';
import type { TwitterRequest } from './render.ts';

/**
 * Sends one direct message or one post: one HTTP request, never repeated here.
 *
 * Of `twitter-api-v2` this takes the OAuth 1.0a signer (5 KB of 92). Its client has X's hosts built in, so it could
 * not be pointed at `apiUrl`, and it has no time limit of its own that would end in a classified outcome.
 */
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
      authorization: authorizationFor(url, context.credentials),
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

/** A JSON body is no part of an OAuth 1.0a signature (RFC 5849, 3.4.1.3.1). */
function authorizationFor(url: string, credentials: Credentials): string {
  const signer = new OAuth1Helper({
    consumerKeys: { key: credentials.consumerKey, secret: credentials.consumerSecret },
  });
  const parameters = signer.authorize(
    { url, method: 'POST' },
    { key: credentials.accessToken, secret: credentials.accessTokenSecret },
  );
  return signer.toHeader(parameters).Authorization;
}
