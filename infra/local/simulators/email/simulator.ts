import * as z from 'zod';
import type { Simulator } from '#infra/local/simulators/simulator';
import { acceptMail } from './accept.ts';
import { domainOf } from './address.ts';
import { conditionsOf, mailConditions } from './conditions.ts';
import { errorAnswer, faults, jsonAnswer } from './errors.ts';
import { statuses } from './events.ts';
import { MailFields } from './letter.ts';
import { oweEvents } from './outcomes.ts';
import { deliverMail } from './smtp.ts';
import { reportStatus, senderOf, sendOf, statusFields } from './status.ts';

/**
 * Amazon SES as its users see it: SESv2 `SendEmail` with raw content, the events of its configuration set by SNS, and a
 * customer's mail program that speaks SMTP to our SMTP server.
 */
export const simulator: Simulator = {
  connector: 'email',

  answer: async (request, world) => {
    if (request.method !== 'POST' || request.path !== '/v2/email/outbound-emails') {
      return errorAnswer(404, 'NotFoundException', `no ${request.method} ${request.path} here`);
    }
    const verifiedDomains = world.accounts.map(({ address }) => domainOf(address));
    const { sandbox } = conditionsOf(world);
    const mail = await acceptMail(request.body, world.now(), { verifiedDomains, sandbox });
    if ('refused' in mail) return errorAnswer(400, mail.refused, mail.reason);
    world.record(sendOf(mail));
    const account = senderOf(mail.from, world);
    if (account) oweEvents(mail, account, world);
    return jsonAnswer(200, { MessageId: mail.messageId });
  },

  faults,
  conditions: mailConditions,

  customer: z
    .string()
    .regex(/^[^\s@<>]+@[^\s@<>]+$/, 'expected an address, as ada@customer.example'),
  inboundFields: MailFields.shape,
  inbound: ({ more, ...message }, world) => deliverMail({ ...message, ...more }, world),

  statuses,
  statusCode: z
    .string()
    .regex(
      /^(?:Permanent|Transient|Undetermined)\/[A-Za-z]+$/,
      'expected the type and subtype of a bounce, as Permanent/General',
    ),
  statusFields,
  reportStatus,
};
