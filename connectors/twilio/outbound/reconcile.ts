import * as z from 'zod';
import type { Account } from '#connectors/twilio/account';
import type { Credentials } from '#connectors/twilio/credentials';
import type { Attempted, Reconciliation } from '#shared/connector/sender';
import { ageSeconds, attemptHttp } from '#shared/http-attempt';
import { parsedJson } from '#shared/json';
import { keptUntil } from './classify.ts';
import type { MessageRequest } from './message-request.ts';
import { likeness } from './same-text.ts';
import { authorization } from './send.ts';

/** Twilio's clock and ours may differ by this much, and its dates have no fractions. */
const toleranceSeconds = 5;
/** The list is filled behind the scenes and promises no time; younger attempts are never called absent. */
const listLagSeconds = 60;
/** The most a page can have. A customer with more messages than this can only be found, never proved absent. */
const pageSize = 1000;
/** Twilio describes its filter by recipient for numbers; of other addresses an empty list proves nothing. */
const filterableRecipient = /^(?:whatsapp:)?\+\d+$/;

const Listed = z.object({
  sid: z.string().regex(/^(SM|MM)[0-9a-fA-F]{32}$/),
  direction: z.string(),
  /** Empty until a Messaging Service has chosen the sender. */
  from: z.string().nullish(),
  body: z.string().nullish(),
  status: z.string().nullish(),
  num_media: z.string().nullish(),
  /** RFC 2822. */
  date_created: z.string(),
});
const Page = z.object({ messages: z.array(Listed), next_page_uri: z.string().nullish() });

/**
 * Looks for the message of an attempt in the account's list: one GET, never repeated.
 *
 * Only the time tells this attempt from an earlier one with the same text: our ids travel in the callback's URL, and
 * the list does not show that. So only messages created since the attempt count, less the tolerance; the caller has to
 * ask if the one found belongs to another reply already.
 *
 * Not filtered by `DateSent`: a message waiting in Twilio's queue, for hours where its sender is slow, has no such date
 * yet (Message resource, "date_sent"), and would be sent a second time. Nor by `From`, which is empty until a Messaging
 * Service has chosen.
 */
export async function reconcile(
  request: MessageRequest,
  { apiUrl, credentials, attemptedAt, timeoutSeconds }: Attempted<Account, Credentials>,
): Promise<Reconciliation> {
  const query = new URLSearchParams({ To: request.to, PageSize: String(pageSize) });
  const answer = await attemptHttp({
    url: `${apiUrl}/2010-04-01/Accounts/${credentials.accountSid}/Messages.json?${query}`,
    method: 'GET',
    headers: { authorization: authorization(credentials), accept: 'application/json' },
    timeoutSeconds,
  });
  if (answer.kind !== 'answer' || answer.status !== 200) return { kind: 'unknown' };
  const page = pageIn(answer.text);
  if (!page) return { kind: 'unknown' };
  const found = candidatesIn(page, request, Date.parse(attemptedAt));
  if (found.length > 0) return certain(found, request);
  const isOldEnough = ageSeconds(attemptedAt, answer.headers) >= listLagSeconds;
  // Nothing says that the list shows what is scheduled: a second one would arrive too.
  const isProved =
    isOldEnough && filterableRecipient.test(request.to) && request.sendAt === undefined;
  return { kind: isProved ? 'not_sent' : 'unknown' };
}

type Message = z.infer<typeof Listed>;

/** The messages of a whole list; nothing where the list goes on, or cannot be read to its end. */
function pageIn(text: string): readonly Message[] | undefined {
  const page = Page.safeParse(parsedJson(text));
  return page.success && !page.data.next_page_uri ? page.data.messages : undefined;
}

/** The messages that may be ours, whatever sender they name. A date that cannot be read excludes nothing. */
function candidatesIn(
  messages: readonly Message[],
  { body = '' }: MessageRequest,
  attemptedAtMs: number,
): readonly Message[] {
  const earliest = attemptedAtMs - toleranceSeconds * 1000;
  return messages
    .filter(({ direction }) => direction !== 'inbound')
    .filter(({ date_created }) => !(Date.parse(date_created) < earliest))
    .filter((message) => likeness(message.body, body) !== 'different');
}

function certain(
  found: readonly Message[],
  { from, body = '', mediaUrl, file, contentSid, content, sendAt }: MessageRequest,
): Reconciliation {
  // The list shows the words of a template, which only Twilio knows.
  if (contentSid !== undefined || content !== undefined) return { kind: 'unknown' };
  const [only, ...others] = found;
  const showsFile = mediaUrl !== undefined || file !== undefined;
  const isOurs =
    only !== undefined &&
    others.length === 0 &&
    likeness(only.body, body) === 'same' &&
    // Twilio turns a file into a link for a phone that takes none: such a message is not surely ours.
    Number(only.num_media ?? 0) > 0 === showsFile &&
    (!only.from || only.from === from) &&
    !Number.isNaN(Date.parse(only.date_created));
  if (!isOurs) return { kind: 'unknown' };
  return { kind: 'sent', providerMessageId: only.sid, ...keptUntil(only.status, sendAt) };
}
