import * as z from 'zod';
import { parsedJson } from '#shared/json/parsed-json';

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

const Complaint = z.object({
  error: z.string().catch('no reason given'),
  reasons: z.array(z.string()).catch([]),
});

/** Our own API's way of saying no: a code, and reasons where there is more to say. */
export function complaintOf({ body }: JsonAnswer): z.infer<typeof Complaint> {
  return Complaint.safeParse(body).data ?? { error: 'no reason given', reasons: [] };
}
