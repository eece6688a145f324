import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import { numericCode } from '#infra/local/simulators/calls/sent';
import type { ApiRequest, SimulatedAccount, Simulator } from '#infra/local/simulators/simulator';
import { answerContent } from './content.ts';
import { errorAnswer, faults } from './errors.ts';
import { listMessages } from './list-messages.ts';
import { createMessage } from './messages.ts';
import { noteOptOut } from './opt-out.ts';
import { reportStatus, statuses } from './status.ts';
import { inboundParameters, messageSid, sameChannel, signedWebhook } from './webhooks.ts';

/** Twilio's Programmable Messaging as its users see it: `Messages.json`, signed callbacks, opt-out. */
export const simulator: Simulator = {
  connector: 'twilio',
  answer: (request, world) => {
    if (/^\/v[12]\/Content(\/|$)/.test(request.path)) {
      const owner = world.accounts.find((each) => isAuthorized(request, each));
      return owner ? answerContent(request, owner, world) : errorAnswer(20003);
    }
    const sid = /^\/2010-04-01\/Accounts\/([^/]+)\/Messages\.json$/.exec(request.path)?.[1];
    if (sid === undefined) return errorAnswer(20404);
    const account = world.accounts.find((each) => each.credentials['accountSid'] === sid);
    if (!account || !isAuthorized(request, account)) return errorAnswer(20003);
    if (request.method === 'GET') return listMessages(request, account, world);
    return request.method === 'POST' ? createMessage(request, account, world) : errorAnswer(20404);
  },
  faults,
  customer: z
    .string()
    .regex(
      /^(?:\+\d{2,15}|\d{3,8}|(?=.*[A-Z])[A-Z0-9 ]{1,11}|(?:whatsapp|rcs):\S{2,100})$/,
      'expected a number, as +14155550123, a sender name, as DHL, or a number with its channel, as whatsapp:+14155550123',
    ),
  statuses,
  statusCode: numericCode,
  reportStatus,
  inbound: async (message, world) => {
    const account = world.accounts.find(
      (each) => message.account === undefined || each.account === message.account,
    );
    if (!account) throw new BadCall(`no Twilio account "${message.account ?? ''}" in this stack`);
    noteOptOut(message.from, message.text, world);
    const providerMessageId = messageSid();
    const parameters = inboundParameters(
      account.credentials['accountSid'] ?? '',
      providerMessageId,
      { ...message, name: message.name, to: sameChannel(account.address, message.from) },
    );
    const status = await world.deliver(signedWebhook(account.webhookUrl, account, parameters));
    return { providerMessageId, status };
  },
};

/** Twilio takes the account's token, or an API key with its secret. */
function isAuthorized(request: ApiRequest, { credentials }: SimulatedAccount): boolean {
  const [scheme, encoded = ''] = (request.headers['authorization'] ?? '').split(' ');
  const given = Buffer.from(encoded, 'base64').toString('utf8');
  const { accountSid, authToken, secondaryAuthToken, apiKeySid, apiKeySecret } = credentials;
  const valid = [`${accountSid}:${authToken}`];
  if (secondaryAuthToken) valid.push(`${accountSid}:${secondaryAuthToken}`);
  if (apiKeySid && apiKeySecret) valid.push(`${apiKeySid}:${apiKeySecret}`);
  return scheme === 'Basic' && valid.includes(given);
}
