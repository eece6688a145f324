const locales =
  'en de fr es it pt nl sv da nb fi pl cs sk ru uk bg hu ro tr el hr sl lt lv et ca id vi'.split(
    ' ',
  );
/** 2 November 2026, a Monday, at noon. */
const monday = Date.UTC(2026, 10, 2, 12);
const day = 86_400_000;

let known: ReadonlySet<string> | undefined;

/** True for the name of a weekday in one of the languages that have letters, long or short, without its dot. */
export function isWeekday(word: string): boolean {
  known ??= new Set(locales.flatMap(namesIn));
  return known.has(word.toLowerCase().replace(/\.$/, ''));
}

function namesIn(locale: string): string[] {
  return (['long', 'short'] as const).flatMap((weekday) => {
    const { format } = new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' });
    return Array.from({ length: 7 }, (_, index) =>
      format(monday + index * day)
        .toLowerCase()
        .replace(/\.$/, ''),
    );
  });
}
