import type { CalendarEvent } from '#shared/model/calendar';

const titles: Readonly<Record<string, string>> = {
  REQUEST: 'Invitation',
  CANCEL: 'Cancelled',
  COUNTER: 'New time proposed',
  DECLINECOUNTER: 'Proposed time declined',
};

/** The lines by which a person reads an event: what it is, when with its time zone, where, by whom and with whom. */
export function invitationText(event: CalendarEvent): string {
  const { summary, location, organizer, attendees = [] } = event;
  const people = attendees.map(personText).join(', ');
  return [
    `${titleOf(event)}: ${summary ?? '(no title)'}`,
    ...lineOf('When', timeText(event)),
    ...lineOf('Where', location),
    ...lineOf('Organizer', organizer && personText(organizer)),
    ...lineOf('Attendees', people),
  ].join('\n');
}

/** An answer says what was answered. */
function titleOf({ method = '', attendees = [] }: CalendarEvent): string {
  if (method !== 'REPLY') return titles[method] ?? 'Event';
  const response = attendees[0]?.response ?? '';
  return response === '' ? 'Answer' : `${response.slice(0, 1).toUpperCase()}${response.slice(1)}`;
}

function lineOf(label: string, text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : [`${label}: ${text}`];
}

function timeText({ startsAt, endsAt, timeZone, repeats }: CalendarEvent): string {
  if (startsAt === undefined) return '';
  const [first, last] = [clockText(startsAt), clockText(endsAt ?? '')];
  const end = last.startsWith(first.slice(0, 11)) ? last.slice(11) : last;
  const zone = timeZone === undefined ? '' : ` (${timeZone})`;
  return `${first}${end === '' ? '' : ` to ${end}`}${zone}${repeats ? ', repeating' : ''}`;
}

/** `2026-11-03 14:00`, without the offset: the time zone stands beside it. */
function clockText(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

function personText({
  address,
  displayName,
}: {
  address: string;
  displayName?: string | undefined;
}): string {
  if (displayName === undefined) return address;
  return address === '' ? displayName : `${displayName} <${address}>`;
}
