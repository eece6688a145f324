import ICAL from 'ical.js';
import { capCharacters, cleanLine } from '#connectors/email/clean-text';
import { decodeText } from '#connectors/email/inbound/mime/charset';
import { omitEmpty } from '#connectors/email/omit-empty';
import type { CalendarEvent } from '#shared/model/calendar';
import { endIn, timeIn } from './calendar-time.ts';

/** A real invitation has a few kilobytes; one with pictures inside is kept as a file only. */
const maxBytes = 256 * 1024;
const maxAttendees = 30;
const longest = { summary: 300, location: 300, name: 100, address: 254, word: 100, uid: 255 };

/** Tells a calendar file by what it says it is. */
export function isCalendar(contentType: string, fileName: string): boolean {
  return (
    /^(?:text\/(?:x-v)?calendar|application\/ics)\b/i.test(contentType) || /\.ics$/i.test(fileName)
  );
}

/**
 * Reads the first event of a calendar file; undefined where there is none that can be read. It is never an error: the
 * file itself is kept. Repetitions are not worked out.
 */
export function readCalendar(bytes: Uint8Array, charset?: string): CalendarEvent | undefined {
  if (bytes.length > maxBytes) return undefined;
  try {
    const parsed: unknown = ICAL.parse(textOf(bytes, charset));
    const calendar = new ICAL.Component(calendarIn(parsed));
    const event = calendar.getFirstSubcomponent('vevent');
    return event ? eventOf(calendar, event) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(bytes: Uint8Array, charset: string | undefined): string {
  // Servers that add carriage returns make empty lines of them.
  return decodeText(bytes, markedCharset(bytes) ?? charset).replace(/\r+\n/g, '\n');
}

/** UTF-16 where the file begins with its mark, as some programs write it in Windows. */
function markedCharset([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

/** The first of several calendars in one file, which is then a list of components; a component begins with its name. */
function calendarIn(parsed: unknown): string[] {
  const [first] = parsed as readonly [string | string[]];
  return typeof first === 'string' ? (parsed as string[]) : first;
}

function eventOf(calendar: ICAL.Component, event: ICAL.Component): CalendarEvent {
  const text = (name: string, length: number) => words(event.getFirstPropertyValue(name), length);
  const start = timeIn(calendar, event.getFirstProperty('dtstart'));
  const end = endIn(calendar, event);
  const organizer = personOf(event.getFirstProperty('organizer'));
  const attendees = event.getAllProperties('attendee').slice(0, maxAttendees).flatMap(attendeeOf);
  return {
    ...omitEmpty({
      method: words(calendar.getFirstPropertyValue('method'), longest.word).toUpperCase(),
      uid: text('uid', longest.uid),
      summary: text('summary', longest.summary),
      location: text('location', longest.location),
      startsAt: start?.at,
      endsAt: end?.at,
      timeZone: start?.timeZone === undefined ? undefined : words(start.timeZone, longest.word),
    }),
    ...(event.hasProperty('rrule') || event.hasProperty('rdate') ? { repeats: true } : {}),
    ...(organizer ? { organizer } : {}),
    ...(attendees.length > 0 ? { attendees } : {}),
  };
}

type Attendee = NonNullable<CalendarEvent['attendees']>[number];

function attendeeOf(property: ICAL.Property): Attendee[] {
  const person = personOf(property);
  const response = words(property.getFirstParameter('partstat'), longest.word).toLowerCase();
  return person ? [{ ...person, ...omitEmpty({ response }) }] : [];
}

function personOf(property: ICAL.Property | null): CalendarEvent['organizer'] {
  const address = words(property?.getFirstValue(), longest.address).replace(/^mailto:/i, '');
  const displayName = words(property?.getFirstParameter('cn'), longest.name);
  if (address === '' && displayName === '') return undefined;
  return { address, ...omitEmpty({ displayName: displayName === address ? '' : displayName }) };
}

/** A value in one line; empty where it is no text. */
function words(value: unknown, length: number): string {
  return typeof value === 'string' ? capCharacters(cleanLine(value), length).trim() : '';
}
