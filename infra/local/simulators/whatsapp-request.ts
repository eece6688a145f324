import * as z from 'zod';
import type { ApiAnswer } from './simulator.ts';
import { graphError } from './whatsapp-errors.ts';

const common = {
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.enum(['individual', 'group']).default('individual'),
  to: z
    .string()
    .regex(/^\+?[\d\s().-]{5,24}$/)
    .optional(),
  recipient: z
    .string()
    .regex(/^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/)
    .optional(),
  context: z.strictObject({ message_id: z.string().min(1) }).optional(),
  biz_opaque_callback_data: z.string().max(512).optional(),
  recipient_identity_key_hash: z.string().optional(),
};
const file = z.strictObject({
  id: z.string().optional(),
  link: z.url().optional(),
  caption: z.string().max(1024).optional(),
  filename: z.string().optional(),
});

const Send = z
  .discriminatedUnion('type', [
    z.strictObject({
      ...common,
      type: z.literal('text'),
      text: z.strictObject({
        body: z.string().min(1).max(4096),
        preview_url: z.boolean().optional(),
      }),
    }),
    z.strictObject({
      ...common,
      type: z.literal('template'),
      template: z.strictObject({
        name: z.string().min(1).max(512),
        language: z.looseObject({ code: z.string().min(2) }),
        components: z.array(z.looseObject({ type: z.string() })).optional(),
      }),
    }),
    z.strictObject({ ...common, type: z.literal('image'), image: file }),
    z.strictObject({ ...common, type: z.literal('video'), video: file }),
    z.strictObject({ ...common, type: z.literal('audio'), audio: file }),
    z.strictObject({ ...common, type: z.literal('document'), document: file }),
  ])
  .refine(({ to, recipient }) => to !== undefined || recipient !== undefined, {
    message: 'The parameter to is required.',
    path: ['to'],
  });
export type Send = z.infer<typeof Send>;

/** "Mark as read", with or without the typing indicator. */
const Read = z.strictObject({
  messaging_product: z.literal('whatsapp'),
  status: z.literal('read'),
  message_id: z.string().min(1),
  typing_indicator: z.strictObject({ type: z.literal('text') }).optional(),
});

/** What came to `/messages`: a message, a read mark, or something Meta refuses with code 100 or 131008. */
export function readRequest(
  body: unknown,
): { readonly send: Send } | 'read' | { readonly refusal: ApiAnswer } {
  if (Read.safeParse(body).success) return 'read';
  const read = Send.safeParse(body);
  if (read.success) return { send: read.data };
  const [issue] = read.error.issues;
  const missing = issue?.path.join('.') === 'to' && issue.code === 'custom';
  const details = missing ? issue.message : z.prettifyError(read.error);
  return { refusal: graphError(missing ? 131008 : 100, { details }) };
}

/** The words of a send, as the list of sends shows them. */
export function textOfSend(send: Send): string {
  if (send.type === 'text') return send.text.body;
  if (send.type === 'template') return `[template ${send.template.name}]`;
  return `[${send.type}]`;
}
