import type { Descriptions } from './descriptions.ts';

export const calendarEvent: Descriptions = {
  method: 'REQUEST invites, CANCEL calls off, REPLY answers, COUNTER proposes (RFC 5546).',
  uid: 'The same in every file about one event.',
  summary: 'What it is.',
  location: 'Where it is.',
  startsAt:
    'ISO 8601 on the clock of timeZone, with the offset from UTC where it is known; only a date for a whole day.',
  endsAt: 'Likewise.',
  timeZone: 'The time zone as the sender names it; UTC for times in UTC.',
  repeats: 'True when it repeats; startsAt is the first time.',
  organizer: 'Who invites. Not verified.',
  'organizer.address': 'The mail address.',
  'organizer.displayName': 'The name.',
  attendees: 'Who is invited; of a REPLY, who answers. Not verified.',
  'attendees[].address': 'The mail address.',
  'attendees[].displayName': 'The name.',
  'attendees[].response': 'accepted, declined, tentative, needs-action or another (RFC 5545).',
};
