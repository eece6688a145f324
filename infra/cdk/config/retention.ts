import * as z from 'zod';
import { leastDays, Retention } from '#shared/retention';

const days = z.int().min(1);

/** Days for which a stage keeps what it stores. Absent: for ever. */
export const RetentionConfig = z.strictObject({
  /** Messages, with their states and the references that find them. A conversation itself stays. */
  messagesDays: z.int().min(leastDays).optional(),
  /** The results of replies by `replyId`: until then the same reply is not taken twice. */
  replyIdsDays: z.int().min(leastDays).optional(),
  /** Files of customers and of replies. As long as messages where nothing is said. */
  filesDays: days.optional(),
  /** Data as the providers sent it: raw items, HTML, mails. */
  rawDays: days.default(90),
  /** Items that could not be read, or are held back. */
  quarantineDays: days.default(180),
});
type RetentionConfig = z.output<typeof RetentionConfig>;

interface Kept {
  readonly retention: RetentionConfig;
}

/** The settings of retention that the functions need. */
export function retentionVariable({ retention: { messagesDays, replyIdsDays } }: Kept): string {
  return JSON.stringify(Retention.parse({ messagesDays, replyIdsDays }));
}

/** Days until objects under a prefix of a bucket are deleted. */
export function bucketDays({ retention }: Kept): {
  readonly archive: Readonly<Record<string, number>>;
  readonly mail: Readonly<Record<string, number>>;
} {
  const { rawDays, quarantineDays, messagesDays, filesDays = messagesDays } = retention;
  const files = filesDays === undefined ? {} : { 'media/': filesDays, 'uploads/': filesDays };
  // Claims are read within the 4 days that a queue holds their messages, and the 14 more of its dead letters.
  const archive = { 'raw/': rawDays, 'html/': rawDays, 'claims/': 19, 'incoming/': 1 };
  return {
    archive: { ...archive, 'quarantine/': quarantineDays, 'held/': quarantineDays, ...files },
    mail: { '': rawDays },
  };
}
