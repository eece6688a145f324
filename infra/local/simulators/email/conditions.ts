import * as z from 'zod';
import { verdictFields } from '#infra/local/mail/verdicts';
import type { SimulatorWorld } from '#infra/local/simulators/simulator';

/** The conditions of SES beside those of every provider. */
export const mailConditions = {
  /** A new AWS account: SES sends to verified addresses only, and to those of its mailbox simulator. */
  sandbox: z.boolean().default(false),
  /** A mail is told as delayed (`DeliveryDelay`) before it is delivered. */
  delayed: z.boolean().default(false),
  /** SES's email feedback forwarding: bounces, complaints and automatic answers come as mails to our mailbox, too. */
  feedbackForwarding: z.boolean().default(false),
  /** The results of SES's checks of mail that comes in. */
  ...verdictFields,
};

const MailConditions = z.object(mailConditions);

export function conditionsOf({ conditions }: SimulatorWorld): z.infer<typeof MailConditions> {
  return MailConditions.parse(conditions());
}
