import { type AcceptedMail, acceptMail } from './email-accept.ts';
import { publishEvents, report } from './email-events.ts';
import { deliverMail } from './email-smtp.ts';
import type { ApiAnswer, Simulator } from './simulator.ts';

/**
 * Amazon SES as seen from outside: SESv2 `SendEmail` with raw content, the events of its configuration set by SNS,
 * and a customer's mail program that speaks SMTP to our mail door.
 */
export const email: Simulator = {
  connector: 'email',

  answer: async (request, world) => {
    if (request.method !== 'POST' || request.path !== '/v2/email/outbound-emails') {
      return faultAnswer(404, 'NotFoundException', `no ${request.method} ${request.path} here`);
    }
    const mail = await acceptMail(request.body, world.now());
    if ('refused' in mail) return faultAnswer(400, mail.refused, mail.reason);
    world.record(sendOf(mail, world.now()));
    const account =
      world.accounts.find(({ address }) => address === mail.from) ?? world.accounts[0];
    if (account) publishEvents(mail, account, world);
    return json(200, { MessageId: mail.messageId });
  },

  fault: (name) => {
    if (name === '429')
      return faultAnswer(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.');
    if (name === '500') return faultAnswer(500, 'InternalFailure', 'An internal failure occurred.');
    return faultAnswer(400, name, `simulated ${name}`);
  },

  report,

  inbound: (message, world) => deliverMail(message, world),
};

function sendOf(mail: AcceptedMail, at: Date) {
  const { to, text, messageId, from, tags, headers, subject, raw } = mail;
  const request = { from, subject, tags, headers, raw };
  return { at: at.toISOString(), to, text, messageId, request };
}

/** As the SDK reads it: the type in `x-amzn-errortype`, the text in the body. */
function faultAnswer(status: number, type: string, message: string): ApiAnswer {
  const answer = json(status, { message });
  return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': type } };
}

function json(status: number, value: unknown): ApiAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
