import * as z from 'zod';
import { upTo } from './lengths.ts';
import { Interactive } from './send-interactive.ts';
import { Document, Picture, Sound, Sticker } from './send-media.ts';
import { Cards, Place, Reaction } from './send-parts.ts';
import { Template } from './send-template.ts';

/** The members of every message around its content. */
const common = {
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.enum(['individual', 'group']).default('individual'),
  to: z.string().min(1).optional(),
  recipient: z
    .string()
    .regex(/^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/)
    .optional(),
  context: z.strictObject({ message_id: z.string().min(1) }).optional(),
  biz_opaque_callback_data: upTo(512).optional(),
  recipient_identity_key_hash: z.string().optional(),
};

const Text = z.strictObject({
  body: upTo(4096).min(1),
  preview_url: z.boolean().optional(),
});

/**
 * One message as `POST /{phone-number-id}/messages` takes it, kind by kind, with Meta's limits. Unknown members are
 * refused, as Meta refuses them.
 */
export const Send = z
  .discriminatedUnion('type', [
    z.strictObject({ ...common, type: z.literal('text'), text: Text }),
    z.strictObject({ ...common, type: z.literal('image'), image: Picture }),
    z.strictObject({ ...common, type: z.literal('video'), video: Picture }),
    z.strictObject({ ...common, type: z.literal('audio'), audio: Sound }),
    z.strictObject({ ...common, type: z.literal('document'), document: Document }),
    z.strictObject({ ...common, type: z.literal('sticker'), sticker: Sticker }),
    z.strictObject({ ...common, type: z.literal('location'), location: Place }),
    z.strictObject({ ...common, type: z.literal('contacts'), contacts: Cards }),
    // A reaction quotes nothing but its target.
    z.strictObject({
      ...common,
      context: z.undefined().optional(),
      type: z.literal('reaction'),
      reaction: Reaction,
    }),
    z.strictObject({ ...common, type: z.literal('interactive'), interactive: Interactive }),
    z.strictObject({ ...common, type: z.literal('template'), template: Template }),
  ])
  .superRefine(({ to, recipient, recipient_type }, context) => {
    if (to === undefined && recipient === undefined) {
      context.addIssue({ code: 'custom', path: ['to'], message: 'The parameter to is required.' });
    }
    // A BSUID in `to` would be accepted and never delivered: a mistake that a test here should show.
    const isPhone = to === undefined || /^\+?[\d\s().-]{5,24}$/.test(to);
    if (recipient_type === 'individual' && !isPhone) {
      context.addIssue({ code: 'custom', path: ['to'], message: 'to is not a phone number' });
    }
  });
export type Send = z.infer<typeof Send>;

/** The kinds, as Meta lists them when it is given another. */
export const sendKinds = Send.options.map(({ shape }) => shape.type.value).toSorted();

/** The words of a send, as the list of sends shows them. */
export function textOfSend(send: Send): string {
  switch (send.type) {
    case 'text':
      return send.text.body;
    case 'template':
      return `[template ${send.template.name}]`;
    case 'interactive':
      return send.interactive.body?.text ?? `[${send.interactive.type}]`;
    case 'reaction':
      return send.reaction.emoji === '' ? '[reaction removed]' : send.reaction.emoji;
    case 'location':
      return send.location.name ?? `${send.location.latitude}, ${send.location.longitude}`;
    case 'contacts':
      return send.contacts.map(({ name }) => name.formatted_name).join(', ');
    case 'image':
      return send.image.caption ?? '[image]';
    case 'video':
      return send.video.caption ?? '[video]';
    case 'document':
      return send.document.caption ?? send.document.filename ?? '[document]';
    default:
      return `[${send.type}]`;
  }
}
