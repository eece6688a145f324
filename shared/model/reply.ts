import * as z from 'zod';

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

/** An entry of the table holds 400 KB, and the longest text takes 300 of them. */
const mostBytesBesideText = 30_000;

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
  .refine((command) => bytesBesideText(command) <= mostBytesBesideText, {
    error: `beside its text a reply may hold ${mostBytesBesideText} bytes`,
  })
  .meta({ id: 'ReplyCommand', description: 'A reply, as a helpdesk hands it over.' });
export type ReplyCommand = z.infer<typeof ReplyCommand>;

function bytesBesideText({ content, ...rest }: { readonly content: ReplyContent }): number {
  const others = content.type === 'text' ? {} : content;
  return Buffer.byteLength(JSON.stringify([rest, others]));
}
