import * as z from 'zod';
import { canonicalJson } from '#shared/canonical-json';

/** What an agent may send. Which of these a channel can carry is declared by its connector. */
export const ReplyContent = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('text'), text: z.string().min(1).max(100_000) }),
    z.object({
      type: z.literal('media'),
      url: z.url(),
      contentType: z.string().min(1),
      fileName: z.string().optional(),
      caption: z.string().optional(),
    }),
    z.object({
      type: z.literal('template'),
      name: z.string().min(1),
      language: z.string().min(2),
      components: z.array(z.json()).default([]),
    }),
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
    /** Who is calling, when several systems reply; replyIds are unique per caller. */
    caller: z.string().min(1).max(128).default('default'),
    /** The message this one answers; the newest inbound one when absent. */
    inReplyToMessageId: z.string().optional(),
    author: z.object({ displayName: z.string().max(256) }).optional(),
    metadata: z.record(z.string(), z.string()).default({}),
  })
  .refine(isSmallEnough, {
    error: `allowed are ${mostBytes.text} bytes of text and ${mostBytes.rest} beside it, as ASCII JSON`,
  })
  .meta({ id: 'ReplyCommand', description: 'A reply, as a helpdesk hands it over.' });
export type ReplyCommand = z.infer<typeof ReplyCommand>;

function isSmallEnough({ content, ...rest }: { readonly content: ReplyContent }): boolean {
  const { text, ...others } = { text: '', ...content };
  const besideText = canonicalJson([others, rest]).length;
  return canonicalJson(text).length <= mostBytes.text && besideText <= mostBytes.rest;
}
