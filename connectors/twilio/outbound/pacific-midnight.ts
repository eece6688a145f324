const daySeconds = 86_400;
const hourSeconds = 3600;

const clock = new Intl.DateTimeFormat('en-US', {
  ...{ timeZone: 'America/Los_Angeles', hourCycle: 'h23' },
  ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
});

/** The seconds from a time to the next midnight of the Pacific coast, also on the days when its clocks are changed. */
export function secondsToMidnight(atMs: number): number {
  const seconds = daySeconds - secondsOfDay(atMs);
  const left = daySeconds - secondsOfDay(atMs + seconds * 1000);
  if (left <= hourSeconds) return seconds + left;
  return left < daySeconds ? seconds - hourSeconds : seconds;
}

function secondsOfDay(atMs: number): number {
  const parts = new Map(clock.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const part = (name: 'hour' | 'minute' | 'second') => parts.get(name) ?? 0;
  return part('hour') * hourSeconds + part('minute') * 60 + part('second');
}
