import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type { SimulatedInbound, SimulatorWorld } from '#infra/local/simulators/simulator';
import { InboundMedia, mediaCondition, mediaParameters } from './media.ts';
import { noteOptOut, senderOf } from './opt-out.ts';
import { inboundParameters, messageSid, sameChannel, signedWebhook } from './webhooks.ts';

/** Conditions of Twilio beside those of every provider. */
export const ownConditions = {
  media: mediaCondition,
  /** Advanced Opt-Out: the webhook of a keyword tells its meaning. */
  advancedOptOut: z.boolean().default(false),
};

/** Fields of a customer's message beside those of every provider. */
export const inboundFields = {
  /** The files of the message; Twilio takes ten. */
  media: z.array(InboundMedia).min(1).max(10).optional(),
  /** Laid over the parameters of the webhook: `{"ButtonText":"Yes","ButtonPayload":"yes"}`. */
  parameters: z.record(z.string().min(1), z.string()).optional(),
};
type Fields = z.output<z.ZodObject<typeof inboundFields>>;

/** Posts a customer's message to our webhook. */
export async function inbound(message: SimulatedInbound, world: SimulatorWorld) {
  const account = world.accounts.find(
    (each) => message.account === undefined || each.account === message.account,
  );
  if (!account) throw new BadCall(`no Twilio account "${message.account ?? ''}" in this stack`);
  const { media = [], parameters = {} } = (message.more ?? {}) as Fields;
  const accountSid = account.credentials['accountSid'] ?? '';
  const sid = messageSid(media.length > 0 ? 'MM' : 'SM');
  const sender = senderOf(account);
  const told: Readonly<Record<string, string>> = {
    ...inboundParameters(accountSid, sid, {
      ...{ ...message, name: message.name },
      to: sameChannel(account.address, message.from),
    }),
    ...(sender.startsWith('MG') ? { MessagingServiceSid: sender } : {}),
    ...(media.length > 0 ? mediaParameters(media, { accountSid, messageSid: sid }, world) : {}),
    ...noteOptOut(message, sender, world),
    ...parameters,
  };
  const status = await world.deliver(signedWebhook(account.webhookUrl, account, told));
  return { providerMessageId: told['MessageSid'] ?? sid, status };
}
