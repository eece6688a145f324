import * as z from 'zod';
import type { Account } from '#connectors/twilio/account';
import type { Credentials } from '#connectors/twilio/credentials';
import { failureOf } from '#connectors/twilio/failure';
import { statuses } from '#connectors/twilio/statuses';
import type { FoundStatus, LookUpContext } from '#shared/connector/sender';
import { attemptHttp } from '#shared/http-attempt';
import { parsedJson } from '#shared/json';
import { authorization } from './send.ts';

/** A message as the API shows it (Message resource). */
const Fetched = z.object({
  status: z.string(),
  error_code: z.int().nullish(),
  to: z.string().nullish(),
  from: z.string().nullish(),
  messaging_service_sid: z.string().nullish(),
});

/**
 * Fetches one message and reads its status: one GET, never repeated. `sent` may be the last word, because not every
 * carrier confirms delivery; it tells nothing new, nor do the states before it. A message that is still scheduled is
 * late: it is asked for again.
 */
export async function lookUpStatus(
  sid: string,
  { apiUrl, credentials, timeoutSeconds }: LookUpContext<Account, Credentials>,
): Promise<FoundStatus | 'unknown' | undefined> {
  const answer = await attemptHttp({
    url: `${apiUrl}/2010-04-01/Accounts/${credentials.accountSid}/Messages/${sid}.json`,
    method: 'GET',
    headers: { authorization: authorization(credentials), accept: 'application/json' },
    timeoutSeconds,
  });
  if (answer.kind !== 'answer') return 'unknown';
  // Deleted at Twilio, by its owner or after its retention: there is nothing to find any more.
  if (answer.status === 404) return undefined;
  const fetched = Fetched.safeParse(parsedJson(answer.text));
  if (answer.status !== 200 || !fetched.success) return 'unknown';
  return found(sid, fetched.data);
}

function found(sid: string, fetched: z.infer<typeof Fetched>): FoundStatus | 'unknown' | undefined {
  const { status: told, error_code: code, to, from, messaging_service_sid: service } = fetched;
  if (told === 'scheduled') return 'unknown';
  const status = statuses.get(told);
  if (status === undefined || status === 'sent') return undefined;
  const failed = {
    ...{ status: told, code: code ? String(code) : undefined },
    ...{ to: to ?? '', from: from ?? '', messagingServiceSid: service ?? undefined },
  };
  return {
    ...{ id: `${sid}:${told}:looked-up`, status },
    ...(status === 'failed' ? failureOf(failed) : {}),
  };
}
