import * as z from 'zod';
import { parsedJson } from '#shared/json';
import { Advice, PersonalFinding } from '#shared/model/delivery-status';

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Posts JSON and reads the answer; a body that is no JSON comes back as undefined. Throws what `fetch` throws. */
export async function postJson(
  url: string,
  value: unknown,
  { signal, timeoutSeconds }: { readonly signal: AbortSignal; readonly timeoutSeconds: number },
): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]),
  });
  return { status: response.status, body: parsedJson(await response.text()) };
}

const Refusal = z.object({
  error: z.string().catch('no reason given'),
  reasons: z.array(z.string()).catch([]),
  /** The other way to reach the customer. */
  advice: Advice.optional().catch(undefined),
  /** The personal data that holds it back. */
  findings: z.array(PersonalFinding).optional().catch(undefined),
});

/** Reads a refusal of our own API: its code, and the reasons where there are some. */
export function errorIn({ body }: JsonAnswer): z.infer<typeof Refusal> {
  return Refusal.safeParse(body).data ?? { error: 'no reason given', reasons: [] };
}

const Warned = z.object({ warnings: z.array(z.string()).catch([]) });

/** Reads what our own API warns of, in the answer to a command that it takes. */
export function warningsIn({ body }: JsonAnswer): readonly string[] {
  return Warned.safeParse(body).data?.warnings ?? [];
}
