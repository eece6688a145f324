import * as z from 'zod';
import { canonicalJson } from '#shared/canonical-json';
import { Buttons, Contacts, LinkButton, List, Location, Reaction, Template } from './content.ts';

const Text = z.object({
  type: z.literal('text'),
  text: z.string().min(1).max(100_000),
  /** Whether the channel may show a preview of the first link. */
  linkPreview: z.boolean().optional(),
});

/** A file: at a web address, in a bucket of ours (`s3://…`), or one the provider has already. */
const Media = z
  .object({
    type: z.literal('media'),
    url: z.url().optional(),
    providerMediaId: z.string().min(1).optional(),
    contentType: z.string().min(1),
    fileName: z.string().optional(),
    caption: z.string().optional(),
    /** A voice message rather than a sound file. */
    voice: z.boolean().optional(),
  })
  .refine(({ url, providerMediaId }) => (url === undefined) !== (providerMediaId === undefined), {
    error: 'either url or providerMediaId is needed, not both',
  });

/** What an agent may send. Which of these a channel can carry is declared by its connector. */
export const ReplyContent = z
  .discriminatedUnion('type', [
    Text,
    Media,
    Location,
    Contacts,
    Reaction,
    Buttons,
    List,
    LinkButton,
    Template,
  ])
  .meta({ id: 'ReplyContent' });
export type ReplyContent = z.infer<typeof ReplyContent>;

/**
 * Counted as JSON in ASCII, six bytes for a letter beyond it: an event holds the text twice and SQS takes 1 MiB of
 * it; an entry of the table holds 400 KB.
 */
const mostBytes = { text: 450_000, rest: 60_000 };

/**
 * What a helpdesk puts on the replies queue, or posts. It names the conversation and nothing else of the route:
 * channel, account, addresses and thread come from the conversation.
 */
export const ReplyCommand = z
  .object({
    /** The caller's own id. The same id with the same content is the same reply; with other content it is refused. */
    replyId: z.string().min(1).max(256),
    conversationId: z.string().min(1).max(256),
    content: ReplyContent,
    /** Sent in place of `content` where the reply window is closed: on accepting it, or when it is sent. */
    fallbackTemplate: Template.optional(),
    /** Who is calling, when several systems reply; replyIds are unique per caller. */
    caller: z.string().min(1).max(128).default('default'),
    /** The message this one answers; the newest inbound one when absent. */
    inReplyToMessageId: z.string().optional(),
    /** Who answers: an agent unless it says `bot`. */
    author: z
      .object({
        role: z.enum(['agent', 'bot']).optional(),
        displayName: z.string().max(256).optional(),
      })
      .optional(),
    metadata: z.record(z.string(), z.string()).default({}),
  })
  .refine(isSmallEnough, {
    error: `allowed are ${mostBytes.text} bytes of text and ${mostBytes.rest} beside it, as ASCII JSON`,
  })
  .meta({ id: 'ReplyCommand', description: 'A reply, as a helpdesk hands it over.' });
export type ReplyCommand = z.infer<typeof ReplyCommand>;

/**
 * A sign to the customer that is no message: the blue ticks of "read", the dots of "typing". It is tried once, kept
 * nowhere and never repeated; `read` also marks what came before it.
 */
export const SignalCommand = z
  .object({
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

function isSmallEnough({ content, ...rest }: { readonly content: ReplyContent }): boolean {
  const { text, ...others } = { text: '', ...content };
  const besideText = canonicalJson([others, rest]).length;
  return canonicalJson(text).length <= mostBytes.text && besideText <= mostBytes.rest;
}
