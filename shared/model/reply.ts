import * as z from 'zod';
import { canonicalJson } from '#shared/json';
import { metadataNames } from './metadata-name.ts';
import { ReplyContent, TemplateToSend } from './reply-content.ts';

/**
 * The size as JSON in ASCII, six bytes for a letter beyond it: an event holds the text twice and SQS takes 1 MiB of it;
 * an entry of the table holds 400 KB.
 */
const maxTextBytes = 450_000;
/** A text and its HTML together, by the same count: the entry holds both. */
const maxHtmlBytes = 300_000;
const maxBytes = { text: maxTextBytes, html: maxHtmlBytes, rest: 60_000 };

/** An address of a recipient. The connector knows what its channel can write to. */
const Address = z.string().min(3).max(320);
/** The limit of any channel; the connector knows how many recipients it has. */
const maxAddresses = 100;
/** A header line has at most 998 characters (RFC 5322 2.1.1). */
const maxSubjectCharacters = 900;

/** The path of the text of a reply, whatever its type. */
export const textPath = ['content', 'text'] as const;

/**
 * A reply that a helpdesk puts on the replies queue, or posts. It names the conversation and nothing else of the route:
 * channel, account, addresses and thread come from the conversation. Strict, as its content is.
 */
export const ReplyCommand = z
  .strictObject({
    /** The caller's own id. The same id with the same content is the same reply; with other content it is refused. */
    replyId: z.string().min(1).max(256),
    conversationId: z.string().min(1).max(256),
    content: ReplyContent,
    /** Sent in place of `content` where the reply window is closed: on accepting it, or when it is sent. */
    fallbackTemplate: TemplateToSend.optional(),
    /** True when buttons, a list or a link may go out as numbered text, on a channel that has none. */
    asText: z.boolean().optional(),
    /** The subject, in place of that of the conversation. */
    subject: z.string().max(maxSubjectCharacters).regex(/\S/).optional(),
    /** The recipients, in place of the customer. */
    to: z.array(Address).min(1).max(maxAddresses).optional(),
    /** The people who get a copy, in place of all who take part; an empty list: no copies. */
    cc: z.array(Address).max(maxAddresses).optional(),
    /** The people who get a copy that the others do not learn of. */
    bcc: z.array(Address).max(maxAddresses).optional(),
    /** The provider keeps the reply and sends it at this time: ISO 8601 with a time zone. */
    sendAt: z.iso.datetime({ offset: true }).optional(),
    /** The calling system, when several systems reply; replyIds are unique per caller. */
    caller: z.string().min(1).max(128).default('default'),
    /**
     * `marketing`: a campaign's message, sent when agents' replies leave capacity in the account's rate limit. An
     * agent's reply when absent.
     */
    purpose: z.enum(['marketing']).optional(),
    /** The checks that the caller has been told of and sets aside: a public reply that shows personal data. */
    override: z.array(z.enum(['personal_data'])).optional(),
    /** The message this one answers; the newest inbound one when absent. */
    inReplyToMessageId: z.string().optional(),
    /** The author of the reply: an agent unless it says `bot`. */
    author: z
      .strictObject({
        role: z.enum(['agent', 'bot']).optional(),
        displayName: z.string().max(256).optional(),
      })
      .optional(),
    /** The caller's own words. The names that we write are not for callers (metadata-name.ts). */
    metadata: z.record(z.string(), z.string()).check(refuseOwnNames).default({}),
  })
  .check(refuseOversized)
  .meta({ id: 'ReplyCommand', description: 'A reply, as a helpdesk hands it over.' });
export type ReplyCommand = z.infer<typeof ReplyCommand>;

/**
 * A signal to the customer that is no message: the blue ticks of "read", the dots of "typing". It is tried once, kept
 * nowhere and never repeated; `read` also marks the messages before it.
 */
export const SignalCommand = z
  .strictObject({
    conversationId: z.string().min(1).max(256),
    signal: z.enum(['read', 'typing']),
    /** The customer's message that was read, or is being answered; the newest one when absent. */
    messageId: z.string().optional(),
  })
  .meta({
    id: 'SignalCommand',
    description: 'A sign of reading or typing, as a helpdesk gives it.',
  });
export type SignalCommand = z.infer<typeof SignalCommand>;

function refuseOwnNames({ value, issues }: z.core.ParsePayload<Record<string, string>>): void {
  for (const name of metadataNames) {
    if (!Object.hasOwn(value, name)) continue;
    const message = 'is written by Switchboard; choose another name';
    issues.push({ code: 'custom', path: [name], input: value[name], message });
  }
}

type Sized = { readonly content: ReplyContent };

function refuseOversized({ value, issues }: z.core.ParsePayload<Sized>): void {
  const { content, ...rest } = value;
  const { text, html, ...others } = { text: '', html: '', ...content };
  const textBytes = canonicalJson(text).length;
  const sizes = {
    text: textBytes,
    html: html === '' ? 0 : canonicalJson(html).length + textBytes,
    rest: canonicalJson([others, rest]).length,
  };
  const refuse = (what: keyof typeof sizes, words: string, path: string[]) => {
    if (sizes[what] <= maxBytes[what]) return;
    const message = `${sizes[what]} bytes ${words}; allowed: ${maxBytes[what]}`;
    const size = { code: 'too_big', origin: 'string', maximum: maxBytes[what] } as const;
    issues.push({ ...size, path, input: sizes[what], message });
  };
  refuse('text', 'as ASCII JSON', [...textPath]);
  refuse('html', 'as ASCII JSON, together with the text', ['content', 'html']);
  refuse('rest', 'beside the text as ASCII JSON', []);
}
