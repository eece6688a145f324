import type { Recipients } from '#shared/connector/outbound-reply';
import { type Identity, identityKey } from '#shared/model/identity';
import type { Message } from '#shared/model/message';

/** The recipients as a message tells them. */
type Addressed = Pick<Message, 'recipients' | 'cc' | 'bcc'>;

/** Tells the recipients that the connector has decided on; the customer alone where it decides on none. */
export function addressed(
  { customerIdentities }: { readonly customerIdentities: readonly Identity[] },
  recipients: Recipients | undefined,
): Addressed {
  if (!recipients) return { recipients: customerIdentities.slice(0, 1) };
  const { to, cc, bcc } = recipients;
  return {
    recipients: [...to, ...cc],
    ...(cc.length > 0 ? { cc: [...cc] } : {}),
    ...(bcc.length > 0 ? { bcc: [...bcc] } : {}),
  };
}

/** The same as an entry holds them. */
type Held = { readonly [Name in keyof Addressed]?: readonly Identity[] | undefined };

/** The recipients that a message was told with. */
export function toldRecipients(message: Held | undefined): Recipients {
  const { recipients = [], cc = [], bcc = [] } = message ?? {};
  const copied = new Set(cc.map(identityKey));
  return { to: recipients.filter((each) => !copied.has(identityKey(each))), cc, bcc };
}
