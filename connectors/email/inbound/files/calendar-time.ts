import ICAL from 'ical.js';

/** A time as it stands in a calendar file. */
interface CalendarTime {
  /** ISO 8601 on the clock of the time zone, with its offset from UTC where that is known. */
  readonly at: string;
  readonly timeZone?: string;
}

/** Observances of a time zone: real ones have two, or some for a long history. Each is worked out year by year. */
const maxObservances = 20;

const daySeconds = 86_400;
/** A longer event is a mistake or an attack. */
const longestSeconds = 100 * 366 * daySeconds;

/**
 * Reads the end of an event: `DTEND`, or `DURATION` after the start. Whole days end with the last one of them; the file
 * names the day after it (RFC 5545 3.6.1).
 */
export function endIn(calendar: ICAL.Component, event: ICAL.Component): CalendarTime | undefined {
  const [start, end] = [event.getFirstProperty('dtstart'), event.getFirstProperty('dtend')];
  const duration: unknown = event.getFirstPropertyValue('duration');
  const seconds = duration instanceof ICAL.Duration ? duration.toSeconds() : 0;
  const isLong = seconds > 0 && seconds <= longestSeconds;
  const written = end ? ([end, 0] as const) : isLong ? ([start, seconds] as const) : undefined;
  if (!written) return undefined;
  const [property, later] = written;
  const isDay = isDate(property);
  const last = timeIn(calendar, property, isDay ? later - daySeconds : later);
  const first = isDay ? timeIn(calendar, start) : undefined;
  return first && last && last.at < first.at ? first : last;
}

function isDate(property: ICAL.Property | null): boolean {
  const time: unknown = property?.getFirstValue();
  return time instanceof ICAL.Time && time.isDate;
}

/** Reads a time so many seconds after `DTSTART` or `DTEND`; undefined where that is no time. */
export function timeIn(
  calendar: ICAL.Component,
  property: ICAL.Property | null,
  secondsLater = 0,
): CalendarTime | undefined {
  const time: unknown = property?.getFirstValue();
  if (!property || !(time instanceof ICAL.Time)) return undefined;
  const { year, month, day, hour, minute, second } = time;
  const begins = Date.UTC(year, month - 1, day, time.isDate ? 0 : hour, minute, second);
  const local = begins + secondsLater * 1000;
  if (Number.isNaN(local) || year < 1900 || year > 2200) return undefined;
  const written = new Date(local).toISOString().slice(0, 19);
  if (time.isDate) return { at: written.slice(0, 10) };
  if (time.zone === ICAL.Timezone.utcTimezone) return { at: `${written}Z`, timeZone: 'UTC' };
  const timeZone = property.getFirstParameter('tzid');
  if (!timeZone) return { at: written };
  const offset = namedOffset(local, timeZone) ?? definedOffset(calendar, local, timeZone);
  return { at: `${written}${offset === undefined ? '' : signed(offset)}`, timeZone };
}

/** The offset in minutes of a zone that has a name of IANA; undefined for another one. */
function namedOffset(local: number, timeZone: string): number | undefined {
  try {
    const clock = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    const offsetAt = (instant: number) => (shownBy(clock, instant) - instant) / 60_000;
    // The offset at the instant itself, which differs from the first guess near a change of the clock.
    return offsetAt(local - offsetAt(local) * 60_000);
  } catch {
    return undefined;
  }
}

/** The clock's face at an instant, as if it were UTC. */
function shownBy(clock: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(
    clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  return Date.UTC(
    ...([part('year'), part('month') - 1, part('day')] as const),
    ...([part('hour'), part('minute'), part('second')] as const),
  );
}

/** The offset in minutes by the zone's definition in the same file, as Outlook writes it; undefined without a plain one. */
function definedOffset(
  calendar: ICAL.Component,
  local: number,
  timeZone: string,
): number | undefined {
  const zone = calendar
    .getAllSubcomponents('vtimezone')
    .find((each) => each.getFirstPropertyValue('tzid') === timeZone);
  if (!zone || !isPlain(zone)) return undefined;
  const offset = new ICAL.Timezone(zone).utcOffset(ICAL.Time.fromJSDate(new Date(local), true));
  return Number.isFinite(offset) ? Math.round(offset / 60) : undefined;
}

/**
 * True for a zone whose clock changes once a year by each rule. Others would be worked out second by second, if their
 * writer wants that.
 */
function isPlain(zone: ICAL.Component): boolean {
  const observances = zone.getAllSubcomponents();
  return (
    observances.length <= maxObservances &&
    observances.every(
      (each) =>
        each.getAllProperties('rdate').length <= maxObservances &&
        each.getAllProperties('rrule').every((rule) => isYearly(String(rule.getFirstValue()))),
    )
  );
}

function isYearly(rule: string): boolean {
  const parts = rule.split(';').filter((part) => !/^(?:UNTIL|WKST|INTERVAL)=/.test(part));
  return (
    parts.includes('FREQ=YEARLY') &&
    parts.every((part) =>
      /^(?:FREQ=YEARLY|BYMONTH=\d+|BYDAY=[-+]?\d?[A-Z]{2}|BYMONTHDAY=-?\d+)$/.test(part),
    )
  );
}

function signed(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
