const seconds: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** Seconds between two runs of `rate(5 minutes)`; undefined for `cron(…)` and `at(…)`, which do not run here. */
export function rateSeconds(expression: string): number | undefined {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const each = seconds[unit];
  return each === undefined ? undefined : Number(count) * each;
}
