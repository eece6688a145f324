/** X's shortest window: the wait when an answer names no time. */
const windowSeconds = 15 * 60;

/**
 * The wait that X asks for, in seconds. Resets are epoch seconds on X's clock, so they are compared with the `Date` of
 * the same answer. Where a daily budget is used up its reset counts, because the short window opens again to no avail
 * (1,440 direct messages a day for each user and each app).
 */
export function rateLimitWaitSeconds(headers: Headers): number {
  const answeredAt = Date.parse(headers.get('date') ?? '');
  const reset = resetIn(headers);
  if (Number.isNaN(answeredAt) || reset === undefined) {
    return numberIn(headers, 'retry-after') ?? windowSeconds;
  }
  return Math.max(1, Math.ceil(reset - answeredAt / 1000));
}

function resetIn(headers: Headers): number | undefined {
  const daily = ['x-user-limit-24hour', 'x-app-limit-24hour']
    .filter((limit) => numberIn(headers, `${limit}-remaining`) === 0)
    .flatMap((limit) => numberIn(headers, `${limit}-reset`) ?? []);
  return daily.length > 0 ? Math.max(...daily) : numberIn(headers, 'x-rate-limit-reset');
}

function numberIn(headers: Headers, name: string): number | undefined {
  const value = headers.get(name);
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined;
}
