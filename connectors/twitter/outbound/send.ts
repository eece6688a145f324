import type { Account } from '#connectors/twitter/account';
import { CallFailed, xClient } from '#connectors/twitter/api/client';
import type { Credentials } from '#connectors/twitter/credentials';
import type { SendContext, SendOutcome } from '#shared/connector/sender';
import { accepted, refused } from './classify.ts';
import { callOf, type TwitterRequest } from './request.ts';

/** Sends one direct message or one post: one HTTP request, never repeated here. */
export async function send(
  request: TwitterRequest,
  context: SendContext<Account, Credentials>,
): Promise<SendOutcome> {
  const { precedingProviderMessageId, unknownSince } = context;
  if (request.kind === 'post' && request.continuesThread && !precedingProviderMessageId) {
    const title = 'the post before it in the thread has no id that it could answer';
    return { kind: 'failed', error: { code: 'request_rejected', title, retryable: false } };
  }
  const { path, body } = callOf(request, precedingProviderMessageId);
  try {
    return accepted(await xClient(context).v2.post<unknown>(path, body));
  } catch (fault) {
    if (!(fault instanceof CallFailed)) throw fault;
    const { result } = fault;
    return result.kind === 'answer'
      ? refused(result, request.kind, unknownSince !== undefined)
      : result;
  }
}
