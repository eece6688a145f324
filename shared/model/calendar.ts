import * as z from 'zod';

const Person = z.object({ address: z.string(), displayName: z.string().optional() });

/** The event that a calendar file (iCalendar) tells of, as its sender wrote it. It proves nothing. */
export const CalendarEvent = z
  .object({
    /** The purpose of the file (RFC 5546): `REQUEST` invites, `CANCEL` calls off, `REPLY` answers, `COUNTER` proposes. */
    method: z.string().optional(),
    /** The same in every file about one event. */
    uid: z.string().optional(),
    summary: z.string().optional(),
    location: z.string().optional(),
    /**
     * ISO 8601 on the clock of `timeZone`, with the offset from UTC where that is known; only a date for a whole day.
     * The first time, of an event that repeats.
     */
    startsAt: z.string().optional(),
    endsAt: z.string().optional(),
    /** As it is written there: a name of IANA, of Windows, or of the sender's own. `UTC` for times in UTC. */
    timeZone: z.string().optional(),
    repeats: z.boolean().optional(),
    organizer: Person.optional(),
    /** `response`: `accepted`, `declined`, `tentative`, `needs-action` and others (RFC 5545, 3.2.12). */
    attendees: z.array(Person.extend({ response: z.string().optional() })).optional(),
  })
  .meta({ id: 'CalendarEvent' });
export type CalendarEvent = z.infer<typeof CalendarEvent>;
