import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { SimulatorWorld } from '#infra/local/simulators/simulator';
import { appOf } from '#infra/local/simulators/twitter/call';
import type { Webhook } from './registered.ts';

/** X gives up a webhook that no challenge has reached for so long. */
const patienceMilliseconds = 28 * 3_600_000;

/** The outcome of a challenge; a `transient` failure may pass by itself. */
export type Outcome =
  | { readonly kind: 'valid' }
  | { readonly kind: 'wrong' | 'transient'; readonly reason: string };

/** Challenges a webhook (CRC), and keeps what X concludes from the answer. */
export async function challenge(webhook: Webhook, world: SimulatorWorld): Promise<Outcome> {
  const secret = world.accounts.find((account) => appOf(account) === webhook.app)?.credentials[
    'consumerSecret'
  ];
  const outcome = await ask(webhook.url, secret ?? '');
  const now = world.now();
  webhook.challengedAt = now;
  if (outcome.kind === 'valid') {
    webhook.isValid = true;
    webhook.validatedAt = now;
    webhook.validatedUnder = world.conditions();
  } else if (
    outcome.kind === 'wrong' ||
    now.getTime() - webhook.validatedAt.getTime() > patienceMilliseconds
  ) {
    webhook.isValid = false;
  }
  return outcome;
}

/** One challenge: a GET with a token, a UUID in base64, whose HMAC is the only right answer. */
async function ask(url: string, secret: string): Promise<Outcome> {
  const token = Buffer.from(randomUUID()).toString('base64');
  const address = new URL(url);
  address.searchParams.set('crc_token', token);
  address.searchParams.set('nonce', randomBytes(16).toString('base64url'));
  try {
    const response = await fetch(address, {
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    const { status } = response;
    if (status >= 300 && status < 400) return { kind: 'wrong', reason: 'Redirect response code' };
    if (status >= 400) return { kind: 'transient', reason: `Response code ${status}` };
    const hash = createHmac('sha256', secret).update(token).digest('base64');
    return tokenIn(text) === `sha256=${hash}`
      ? { kind: 'valid' }
      : { kind: 'wrong', reason: 'Invalid response_token' };
  } catch {
    return { kind: 'transient', reason: 'No response' };
  }
}

function tokenIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly response_token?: unknown } | null)?.response_token;
  } catch {
    return undefined;
  }
}
