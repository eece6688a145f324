import { createHash, createHmac } from 'node:crypto';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { DescribedAccount, StackDescription } from '#infra/local/description';

/** A webhook as its provider would post it, ready to be sent as often as a test likes. */
export interface SignedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Signed with what `stack.json` says and by nothing of ours: node's HMAC, and Twilio's own library. */
export function whatsappWebhook(stack: StackDescription, body: unknown): SignedRequest {
  const { url, secret } = doorOf(stack, 'whatsapp');
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const hash = createHmac('sha256', secret('appSecret')).update(text).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${hash}` };
  return { url, headers, body: text };
}

export function twilioWebhook(
  stack: StackDescription,
  parameters: Readonly<Record<string, string>>,
  callbackUrl?: string,
): SignedRequest {
  const { url, secret } = doorOf(stack, 'twilio');
  const signed = callbackUrl ?? url;
  return {
    url: signed,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': getExpectedTwilioSignature(secret('authToken'), signed, {
        ...parameters,
      }),
    },
    body: new URLSearchParams(parameters).toString(),
  };
}

/** A form signed as Twilio Studio and Flex do it: over the URL alone, which names the hash of the body. */
export function boundTwilioWebhook(
  stack: StackDescription,
  parameters: Readonly<Record<string, string>>,
): SignedRequest {
  const { url, secret } = doorOf(stack, 'twilio');
  const body = new URLSearchParams(parameters).toString();
  const signed = `${url}?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
  const signature = getExpectedTwilioSignature(secret('authToken'), signed, {});
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
    'x-twilio-signature': signature,
  };
  return { url: signed, headers, body };
}

export function twitterWebhook(stack: StackDescription, body: unknown): SignedRequest {
  const { url, secret } = doorOf(stack, 'twitter');
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const hash = createHmac('sha256', secret('consumerSecret')).update(text).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'x-twitter-webhooks-signature': `sha256=${hash}`,
  };
  return { url, headers, body: text };
}

export async function post({ url, headers, body }: SignedRequest): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body });
}

export function accountOf({ accounts }: StackDescription, connector: string): DescribedAccount {
  const found = accounts.find((each) => each.connector === connector);
  if (!found) throw new Error(`the stack has no account of ${connector}`);
  return found;
}

function doorOf(stack: StackDescription, connector: string) {
  const { webhook = '', publicUrl, secrets = {} } = accountOf(stack, connector);
  return {
    url: publicUrl ?? `${stack.url}${webhook}`,
    secret: (name: string): string => {
      const value = secrets[name];
      if (!value) throw new Error(`stack.json has no secret ${name} for ${connector}`);
      return value;
    },
  };
}
