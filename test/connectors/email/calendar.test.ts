import { describe, expect, it } from 'vitest';
import { invitationText } from '#connectors/email/inbound/files/invitation-text';
import { readCalendar } from '#connectors/email/inbound/files/mail-calendar';
import { mailOf, readMessage } from './inbox.ts';

const lines = (...all: readonly string[]) => Buffer.from(`${all.join('\r\n')}\r\n`);
const calendarOf = (method: string, event: readonly string[], zone: readonly string[] = []) =>
  lines(
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', `METHOD:${method}`, ...zone],
    ...['BEGIN:VEVENT', ...event, 'END:VEVENT', 'END:VCALENDAR'],
  );

/** As Outlook writes the time zone of Berlin. */
const outlookZone = (rule = 'FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=') => [
  ...['BEGIN:VTIMEZONE', 'TZID:W. Europe Standard Time'],
  ...['BEGIN:STANDARD', 'DTSTART:16010101T030000', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100'],
  ...[`RRULE:${rule}10`, 'END:STANDARD'],
  ...['BEGIN:DAYLIGHT', 'DTSTART:16010101T020000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200'],
  ...[`RRULE:${rule}3`, 'END:DAYLIGHT', 'END:VTIMEZONE'],
];

const visit = [
  'UID:visit-1@customer.example',
  'SUMMARY;LANGUAGE=de:Termin\\, wichtig',
  'LOCATION:Raum 1\\n2. OG',
  'DTSTART;TZID=W. Europe Standard Time:20260703T140000',
  'DTEND;TZID=W. Europe Standard Time:20260703T153000',
  'ORGANIZER;CN="Kunde, Anna":mailto:anna@customer.example',
  'ATTENDEE;PARTSTAT=NEEDS-ACTION;CN=Acme:mailto:help@acme.example',
];

describe('a calendar file', () => {
  it('says what, when with the time zone, where, by whom and with whom', () => {
    expect(readCalendar(calendarOf('request', visit, outlookZone()))).toEqual({
      method: 'REQUEST',
      uid: 'visit-1@customer.example',
      summary: 'Termin, wichtig',
      location: 'Raum 1 2. OG',
      startsAt: '2026-07-03T14:00:00+02:00',
      endsAt: '2026-07-03T15:30:00+02:00',
      timeZone: 'W. Europe Standard Time',
      organizer: { address: 'anna@customer.example', displayName: 'Kunde, Anna' },
      attendees: [{ address: 'help@acme.example', displayName: 'Acme', response: 'needs-action' }],
    });
  });

  it.each([
    ['UTC', 'DTSTART:20260703T140000Z', { startsAt: '2026-07-03T14:00:00Z', timeZone: 'UTC' }],
    ['a whole day', 'DTSTART;VALUE=DATE:20260703', { startsAt: '2026-07-03' }],
    ['no zone', 'DTSTART:20260703T140000', { startsAt: '2026-07-03T14:00:00' }],
    [
      'a zone of IANA in summer',
      'DTSTART;TZID=Europe/Berlin:20260703T140000',
      { startsAt: '2026-07-03T14:00:00+02:00', timeZone: 'Europe/Berlin' },
    ],
    [
      'an hour before the clock changes',
      'DTSTART;TZID=Europe/Berlin:20261025T013000',
      { startsAt: '2026-10-25T01:30:00+02:00', timeZone: 'Europe/Berlin' },
    ],
    [
      'a zone of half an hour, west',
      'DTSTART;TZID=America/St_Johns:20260103T090000',
      { startsAt: '2026-01-03T09:00:00-03:30', timeZone: 'America/St_Johns' },
    ],
    [
      'a zone that is defined nowhere',
      'DTSTART;TZID=Anna’s clock:20260703T140000',
      { startsAt: '2026-07-03T14:00:00', timeZone: 'Anna’s clock' },
    ],
  ])('has a time in %s', (_, start, expected) => {
    expect(readCalendar(calendarOf('REQUEST', [start]))).toEqual({
      method: 'REQUEST',
      ...expected,
    });
  });

  it.each<[string, readonly string[], string | undefined]>([
    ['one whole day', ['DTSTART;VALUE=DATE:20261201', 'DTEND;VALUE=DATE:20261202'], '2026-12-01'],
    ['three days', ['DTSTART;VALUE=DATE:20261230', 'DTEND;VALUE=DATE:20270102'], '2027-01-01'],
    ['no day', ['DTSTART;VALUE=DATE:20261201', 'DTEND;VALUE=DATE:20261201'], '2026-12-01'],
    ['a duration', ['DTSTART:20261201T233000Z', 'DURATION:PT1H30M'], '2026-12-02T01:00:00Z'],
    ['days', ['DTSTART;VALUE=DATE:20261201', 'DURATION:P2D'], '2026-12-02'],
    [
      'a duration in a zone',
      ['DTSTART;TZID=Europe/Berlin:20260703T140000', 'DURATION:PT45M'],
      '2026-07-03T14:45:00+02:00',
    ],
    ['no end', ['DTSTART:20261201T233000Z', 'DURATION:-PT1H'], undefined],
    ['no end at all', ['DTSTART:20261201T233000Z', 'DURATION:P999999999999W'], undefined],
  ])('ends after %s', (_, event, endsAt) => {
    expect(readCalendar(calendarOf('REQUEST', event))?.endsAt).toBe(endsAt);
  });

  it('of one whole day is written as one', () => {
    const day = ['SUMMARY:Fair', 'DTSTART;VALUE=DATE:20261201', 'DTEND;VALUE=DATE:20261202'];
    const event = readCalendar(calendarOf('REQUEST', day)) ?? {};
    expect(invitationText(event)).toBe('Invitation: Fair\nWhen: 2026-12-01');
  });

  it.each([
    ['no calendar', Buffer.from('hello')],
    ['nothing', Buffer.alloc(0)],
    ['other bytes', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['a task', lines('BEGIN:VCALENDAR', 'BEGIN:VTODO', 'END:VTODO', 'END:VCALENDAR')],
    ['a line without a colon', calendarOf('REQUEST', ['SUMMARY'])],
    ['too many bytes', calendarOf('REQUEST', [`SUMMARY:${'x'.repeat(300_000)}`])],
    ['a card', lines('BEGIN:VCARD', 'FN:Anna', 'END:VCARD')],
  ])('is only a file with %s', (_, bytes) => {
    expect(readCalendar(bytes)).toBeUndefined();
  });

  it.each([
    ['each second', outlookZone('FREQ=SECONDLY;BYMONTH=')],
    ['each second of a year', outlookZone('FREQ=YEARLY;BYSECOND=1,2,3;BYMONTH=')],
    ['more often than there are numbers', outlookZone('FREQ=YEARLY;COUNT=99999999999;BYMONTH=')],
    ['never', outlookZone('FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=0')],
    ['in many ways', Array.from({ length: 500 }, () => outlookZone()).flat()],
    [
      'in many ways of one zone',
      [
        ...outlookZone().slice(0, 2),
        ...Array(400).fill(outlookZone().slice(2, 7)).flat(),
        'END:VTIMEZONE',
      ],
    ],
  ])('costs little when the clock changes %s', (_, zone) => {
    const start = performance.now();
    const read = readCalendar(calendarOf('REQUEST', visit, zone));
    expect(read?.startsAt ?? '2026-07-03T14:00:00').toMatch(/^2026-07-03T14:00:00/);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('has thirty people at most, and no long words', () => {
    const attendees = Array.from(
      { length: 900 },
      (_, n) => `ATTENDEE;CN=${'n'.repeat(200)}:mailto:${n}@a.example`,
    );
    const read = readCalendar(calendarOf('REQUEST', [`SUMMARY:${'s'.repeat(2000)}`, ...attendees]));
    expect(read?.attendees).toHaveLength(30);
    expect(JSON.stringify(read).length).toBeLessThan(6000);
  });
});

describe('a mail with an invitation', () => {
  const part = (bytes: Buffer, type = 'text/calendar; charset=utf-8; method=REQUEST') =>
    `--B\nContent-Type: ${type}\n\n${bytes}\n`;
  const headers = ['MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=B'];

  it('has it as its text when it has no other', async () => {
    const bytes = calendarOf('REQUEST', [...visit, 'RRULE:FREQ=WEEKLY'], outlookZone());
    const message = await readMessage(mailOf(`${part(bytes)}--B--`, headers));
    expect(message.content).toEqual({ type: 'text', text: message.text });
    expect(message.text.split('\n')).toEqual([
      'Invitation: Termin, wichtig',
      'When: 2026-07-03 14:00 to 15:30 (W. Europe Standard Time), repeating',
      'Where: Raum 1 2. OG',
      'Organizer: Kunde, Anna <anna@customer.example>',
      'Attendees: Acme <help@acme.example>',
    ]);
    expect(message.attachments).toMatchObject([{ calendar: { repeats: true }, state: 'pending' }]);
  });

  it.each<[string, BufferEncoding, string]>([
    ['text/calendar; charset=iso-8859-1', 'latin1', 'Übergabe'],
    ['text/calendar', 'latin1', 'Übergabe'],
    ['application/octet-stream; name=a.ics', 'latin1', 'Übergabe'],
    ['application/ics; name=a.ics', 'utf8', 'Übergabe'],
    ['text/calendar; charset=utf-16le', 'utf16le', 'Übergabe'],
    ['application/octet-stream; name=a.ics', 'utf16le', '\ufeffÜbergabe'],
  ])('has the bytes of its sender: %s in %s', async (type, encoding, mark) => {
    const text = calendarOf('REQUEST', ['SUMMARY:Übergabe', 'X-A:1']).toString();
    const bytes = Buffer.from(mark.startsWith('\ufeff') ? `\ufeff${text}` : text, encoding);
    const wrapped = bytes.toString('base64');
    const body = `--B\nContent-Type: ${type}\nContent-Transfer-Encoding: base64\n\n${wrapped}\n--B--`;
    const { attachments } = await readMessage(mailOf(body, headers));
    expect(Buffer.from(attachments[0]?.bytes ?? [])).toEqual(bytes);
    expect(attachments[0]?.sizeBytes).toBe(bytes.length);
    expect(attachments[0]?.calendar?.summary).toBe('Übergabe');
  });

  it('keeps the line ends of its sender where it is not encoded', async () => {
    const bytes = calendarOf('REQUEST', visit);
    const head = mailOf('--B', headers);
    const raw = `${head}\r\nContent-Type: text/calendar\r\n\r\n${bytes}\r\n--B--\r\n`;
    const { attachments } = await readMessage(raw);
    expect(Buffer.from(attachments[0]?.bytes ?? [])).toEqual(bytes);
  });

  it('keeps its own text', async () => {
    const text = '--B\nContent-Type: text/plain\n\nPlease come.\n';
    const bytes = calendarOf('REQUEST', visit);
    const message = await readMessage(mailOf(`${text}${part(bytes)}--B--`, headers));
    expect(message.text).toBe('Please come.');
    expect(message.attachments[0]?.calendar?.summary).toBe('Termin, wichtig');
  });

  it('is not read when the virus scan failed', async () => {
    const bytes = calendarOf('REQUEST', visit);
    const verdicts = { virusVerdict: { status: 'FAIL' } };
    const message = await readMessage(mailOf(`${part(bytes)}--B--`, headers), verdicts);
    expect(message.attachments).toMatchObject([{ state: 'failed' }]);
    expect(message.attachments[0]).not.toHaveProperty('calendar');
    expect(message.attachments[0]).not.toHaveProperty('bytes');
  });

  it.each([
    [
      { method: 'CANCEL', summary: 'Visit', startsAt: '2026-07-03' },
      'Cancelled: Visit\nWhen: 2026-07-03',
    ],
    [
      {
        method: 'REPLY',
        summary: 'Visit',
        attendees: [{ address: 'a@b.example', response: 'declined' }],
      },
      'Declined: Visit\nAttendees: a@b.example',
    ],
    [
      { startsAt: '2026-07-03T22:00:00Z', endsAt: '2026-07-04T01:00:00Z', timeZone: 'UTC' },
      'Event: (no title)\nWhen: 2026-07-03 22:00 to 2026-07-04 01:00 (UTC)',
    ],
    [{ method: 'constructor', summary: 'x' }, 'Event: x'],
  ])('is written in a few lines: %j', (event, text) => {
    expect(invitationText(event)).toBe(text);
  });
});
