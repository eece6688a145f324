import type { SimulatedAccount, SimulatorWorld } from '#infra/local/simulators/simulator';
import { conditionsOf } from './conditions.ts';
import { type MailEvent, tell } from './events.ts';
import type { AcceptedMail } from './mail.ts';
import { deliverToMailboxes } from './mailboxes.ts';

/** The addresses of SES's mailbox simulator, whose labels (`bounce+7@`) mean the same. */
const simulated =
  /^(success|bounce|complaint|ooto|suppressionlist)(?:\+[^@]*)?@simulator\.amazonses\.com$/;

type Fate = 'success' | 'bounce' | 'complaint' | 'ooto' | 'suppressionlist';

function fateOf(address: string): Fate {
  return (simulated.exec(address)?.[1] as Fate | undefined) ?? 'success';
}

/** Milliseconds from the send to each event. */
const delays = { sent: 20, delay: 70, outcome: 120, answer: 220 };

/**
 * Schedules the events that a configuration set with an SNS destination would publish: `Send`, then one `Bounce` for all
 * who bounce in the same way and a `Delivery` for each of the others, then complaints and automatic answers. A mail
 * with a virus is only rejected. Who is delivered to gets the mail in a mailbox.
 */
export function oweEvents(
  mail: AcceptedMail,
  account: SimulatedAccount,
  world: SimulatorWorld,
): void {
  const { bounced, suppressed, delivered, complained, answered } = sorted(mail);
  // Told as delivered only when it is in the mailbox.
  const arrival = deliverToMailboxes(mail, delivered, account, world).catch(() => undefined);
  const report = (milliseconds: number, events: readonly MailEvent[]) => {
    if (events.length === 0) return;
    world.report(milliseconds, async () => {
      await arrival;
      await Promise.all(events.map((event) => tell(mail, event, account, world)));
    });
  };
  report(delays.sent, [{ status: 'sent' }]);
  if (mail.hasVirus) report(delays.outcome, [{ status: 'rejected' }]);
  if (conditionsOf(world).delayed) report(delays.delay, about('delayed', delivered));
  report(delays.outcome, [
    ...about('failed', bounced),
    ...about('failed', suppressed, 'Permanent/Suppressed'),
    ...delivered.flatMap((recipient) => about('delivered', [recipient])),
  ]);
  report(delays.answer, [...about('complained', complained), ...about('answered', answered)]);
}

/** The recipients by what becomes of the mail; none, when it has a virus. */
function sorted({ recipients, hasVirus }: AcceptedMail) {
  const sending = hasVirus ? [] : recipients;
  const whose = (...fates: Fate[]) => sending.filter((each) => fates.includes(fateOf(each)));
  return {
    bounced: whose('bounce'),
    suppressed: whose('suppressionlist'),
    delivered: whose('success', 'ooto', 'complaint'),
    complained: whose('complaint'),
    answered: whose('ooto'),
  };
}

function about(status: string, recipients: readonly string[], code?: string): MailEvent[] {
  if (recipients.length === 0) return [];
  return [{ status, recipients, ...(code === undefined ? {} : { code }) }];
}
