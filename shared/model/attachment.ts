import * as z from 'zod';
import { CalendarEvent } from './calendar.ts';

/** A file that came with a message. The message never waits for it: `state` says how far it is. */
export const Attachment = z
  .object({
    id: z.string(),
    kind: z.enum(['image', 'video', 'audio', 'voice', 'document', 'sticker', 'other']),
    contentType: z.string(),
    fileName: z.string().optional(),
    sizeBytes: z.number().int().nonnegative().optional(),
    /** Hex. */
    sha256: z.string().optional(),
    /** The address of our copy (`s3://…`), once `state` is `stored`. */
    uri: z.string().optional(),
    /** The provider's own pointer to the file. */
    providerReference: z.string().optional(),
    /** The words that its sender wrote for people who cannot see it. */
    altText: z.string().optional(),
    /** The id by which the HTML shows it (`cid:…`, RFC 2392). */
    contentId: z.string().optional(),
    /** True when the HTML shows it: it is part of what was written, not a file beside it. */
    inline: z.boolean().optional(),
    /** The event that a calendar file tells of. */
    calendar: CalendarEvent.optional(),
    state: z.enum(['pending', 'stored', 'failed', 'expired']),
    error: z.string().optional(),
  })
  .meta({ id: 'Attachment' });
export type Attachment = z.infer<typeof Attachment>;
