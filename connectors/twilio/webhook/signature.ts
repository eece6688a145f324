import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import type { Parameters } from '#connectors/twilio/form';

/** The URL and the form that a signature covers. */
export interface Signed {
  readonly url: string;
  /** The decoded form; none where the signature covers the URL alone. */
  readonly parameters: Parameters;
}

/**
 * More parameters than this, in a query or a form, are refused; Twilio sends some thirty. The library spells a query
 * anew with Node's `querystring`, which reads a thousand and drops the rest, so the rest would not be signed. It sorts
 * a form again for every token and spelling of the URL: 256 kB of short names cost eleven times as much as sorting once.
 */
export const maxParameters = 1000;

/**
 * Tells which of the tokens has signed. Twilio's own library computes and compares: `removePort`, `addPort`, and the
 * same of the URL as a parser spells it, with its query as it was before it was escaped (docs/decisions/0014). An
 * empty token never fits, and a throw of the library (a URL that cannot be parsed) is a no.
 */
export function signingToken(
  tokens: readonly string[],
  signature: string,
  { url, parameters }: Signed,
): string | undefined {
  const given = libraryParameters(parameters);
  return tokens.find((token) => token !== '' && fits(token, signature, url, given));
}

function fits(token: string, signature: string, url: string, given: Record<string, string[]>) {
  try {
    return validateRequest(token, signature, url, given);
  } catch {
    return false;
  }
}

/** Gives each name all its values, without a prototype: a parameter may be called `__proto__`. */
function libraryParameters(parameters: Parameters): Record<string, string[]> {
  const given: Record<string, string[]> = Object.create(null);
  for (const [name, value] of parameters) {
    given[name] ??= [];
    given[name].push(value);
  }
  return given;
}
