/** The decoded parameters of one webhook, in the order they came; Twilio may repeat a name. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/** Reads `application/x-www-form-urlencoded` text, a body or a query. Never throws: any text is some form. */
export function readForm(text: string): Parameters {
  return [...new URLSearchParams(text)];
}

/**
 * The text that Twilio signs after the URL: for each name in code-unit order, for each of its distinct values in order,
 * the name and the value, with nothing between them (usage/webhooks/webhooks-security; its SDKs agree on duplicates).
 */
export function signedText(parameters: Parameters): string {
  let text = '';
  let previous: readonly [string, string] | undefined;
  for (const pair of parameters.toSorted(byNameThenValue)) {
    const repeated = previous?.[0] === pair[0] && previous[1] === pair[1];
    if (!repeated) text += pair[0] + pair[1];
    previous = pair;
  }
  return text;
}

function byNameThenValue(a: readonly [string, string], b: readonly [string, string]): number {
  return compare(a[0], b[0]) || compare(a[1], b[1]);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
