import type { StackDescription } from '#infra/local/description';
import {
  type SignedRequest,
  twilioWebhook,
  twitterWebhook,
  whatsappWebhook,
} from './signed-webhooks.ts';
import {
  twilioText,
  twitterDirectMessage,
  whatsappBody,
  whatsappChange,
  whatsappText,
} from './webhook-bodies.ts';

/**
 * One text message as the webhook of each provider that calls us. `key` is one digit: another one is another
 * message of another customer.
 */
export const textWebhooks = {
  whatsapp: (stack: StackDescription, key: string, text: string): SignedRequest => {
    const messages = [whatsappText(`1650555000${key}`, `wamid.text${key}`, text)];
    return whatsappWebhook(stack, whatsappBody([whatsappChange(stack, { messages })]));
  },
  twilio: (stack: StackDescription, key: string, text: string): SignedRequest => {
    const sid = `SM${key.repeat(32)}`;
    return twilioWebhook(stack, twilioText(stack, `+1415555000${key}`, sid, text));
  },
  twitter: (stack: StackDescription, key: string, text: string): SignedRequest => {
    const [from, id] = [`160000000000000000${key}`, `190000000000000000${key}`];
    return twitterWebhook(stack, twitterDirectMessage(stack, from, id, text));
  },
} as const;

export type CallingConnector = keyof typeof textWebhooks;

export const callingConnectors = Object.keys(textWebhooks) as CallingConnector[];
