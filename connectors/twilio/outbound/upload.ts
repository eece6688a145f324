import * as z from 'zod';
import type { Account } from '#connectors/twilio/account';
import type { Credentials } from '#connectors/twilio/credentials';
import type { SendContext, SendOutcome, UploadOutcome } from '#shared/connector/sender';
import { attemptHttp, type HttpResult } from '#shared/http-attempt';
import { parsedJson } from '#shared/json';
import { classify } from './classify.ts';
import type { Content } from './content.ts';
import type { MessageRequest } from './message-request.ts';
import { authorization } from './send.ts';

type Context = SendContext<Account, Credentials>;

const Sid = z.string().regex(/^HX[0-9a-fA-F]{32}$/);
const Created = z.object({ sid: Sid });
const Found = z.object({
  contents: z.array(z.object({ sid: Sid, friendly_name: z.string().nullish() })),
});

/**
 * Puts the content of a request at Twilio and its ContentSid into the request. The same content has the same name, so
 * that it is found and not made anew each time; where two are made at once, either serves.
 */
export async function prepare(
  { content, ...request }: MessageRequest,
  context: Context,
): Promise<UploadOutcome<MessageRequest>> {
  if (content === undefined) return { kind: 'uploaded', request };
  const found = await call(context, `v2/Content?ContentName=${content.friendly_name}`);
  const known = sidNamed(found, content);
  if (known !== undefined) return { kind: 'uploaded', request: { ...request, contentSid: known } };
  const made = await call(context, 'v1/Content', content);
  const contentSid = sidMade(made);
  if (contentSid !== undefined) return { kind: 'uploaded', request: { ...request, contentSid } };
  return notMade(made, context.account.address);
}

/** One call of the Content API, which has a host of its own. Two have to fit into the time of one. */
function call(
  { apiUrl, credentials, timeoutSeconds }: Context,
  path: string,
  body?: Content,
): Promise<HttpResult> {
  return attemptHttp({
    url: `${apiUrl.replace(/^(https:\/\/)api\.(?=.*twilio\.com)/, '$1content.')}/${path}`,
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: authorization(credentials),
      accept: 'application/json',
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    timeoutSeconds: timeoutSeconds / 2,
  });
}

/** A look-up that fails finds nothing: the content is made anew then. */
function sidNamed(result: HttpResult, { friendly_name }: Content): string | undefined {
  const page = result.kind === 'answer' ? Found.safeParse(parsedJson(result.text)) : undefined;
  return page?.data?.contents.find((each) => each.friendly_name === friendly_name)?.sid;
}

function sidMade(result: HttpResult): string | undefined {
  if (result.kind !== 'answer' || result.status < 200 || result.status > 299) return undefined;
  return Created.safeParse(parsedJson(result.text)).data?.sid;
}

/** Nothing has reached the customer, so an outcome that is not known counts as not sent. */
function notMade(result: HttpResult, address: string): UploadOutcome<MessageRequest> {
  const outcome: SendOutcome = result.kind === 'answer' ? classify(result, address) : result;
  if (outcome.kind === 'uncertain') return { kind: 'not_sent', error: outcome.error };
  if (outcome.kind !== 'sent') return outcome;
  const title = 'Twilio answered to new content as if it were a message';
  return { kind: 'not_sent', error: { code: 'temporary_failure', title, retryable: true } };
}
