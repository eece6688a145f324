import type { Accepted, Customer, Written } from '#test/faults/channels/channel';
import { type MailForm, mailWebhook } from '#test/faults/channels/email';
import type { AckedMessage } from '#test/faults/ledger/ledger';
import type { Random } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import { write } from './customers.ts';
import { post } from './post.ts';

/**
 * Mails that name somebody's conversation without the right to go on in it: in the customer's name and not
 * authenticated, or by a stranger who is; by everything that names a conversation. They may be stored, apart.
 */
export async function postForgedMail(
  stage: Stage,
  customers: readonly Customer[],
  random: Random,
): Promise<void> {
  const { messages, received } = stage.ledger;
  const known = messages.filter(
    ({ customer, providerId }) =>
      customer.account.connector === 'email' && received.has(providerId),
  );
  // Who has had an answer has more that can be named: our reply address, and the id of our mail.
  const answered = known.filter(({ customer }) => lastAnswer(stage, customer) !== undefined);
  for (const victims of [known, answered]) {
    if (victims.length === 0) continue;
    const victim = random.pick(victims);
    const conversation = received.get(victim.providerId) ?? '';
    for (const forged of forgedMails(stage, customers, victim, random)) {
      await postForged(stage, { of: conversation, ...forged });
    }
  }
}

async function postForged(
  stage: Stage,
  { message, form, of }: Forged & { readonly of: string },
): Promise<void> {
  stage.faults.add('provider: forged mail');
  const { status } = await post(stage, mailWebhook(message, form));
  const { providerId, marker } = message;
  if (status < 300) stage.ledger.forged.push({ providerId, marker, conversation: of });
}

function lastAnswer({ provider }: Stage, { account, address }: Customer): Accepted | undefined {
  return provider.sends.findLast((send) => send.account === account && send.to === address);
}

interface Forged {
  readonly message: Written;
  readonly form: MailForm;
  /** The conversation that it names, where it is not the victim's newest. */
  readonly of?: string;
}

function forgedMails(
  stage: Stage,
  customers: readonly Customer[],
  { customer, providerId }: AckedMessage,
  random: Random,
): readonly Forged[] {
  const stranger = customers.find(
    (each) => each.account === customer.account && each.address !== customer.address,
  );
  const answered = lastAnswer(stage, customer);
  const fails = { validation: 'FAIL' } as const;
  const proves = { validation: 'PASS' } as const;
  const names = { answers: providerId };
  const forge: Forge = (by, form, more = {}) => ({ message: write(by, random, more), form });
  return [
    forge(customer, fails, names),
    forge(customer, { validation: 'GRAY' }, names),
    ...(stranger ? [forge(stranger, proves, names)] : []),
    ...(answered ? byToken(answered, forge, customer, stranger) : []),
  ];
}

type Forge = (by: Customer, form: MailForm, more?: Partial<Written>) => Forged;

/** By our reply address, and by the id of our mail: only its recipient knows them, and only who is proven may use them. */
function byToken(
  { replyTo = '', providerId, messageId }: Accepted,
  forge: Forge,
  customer: Customer,
  stranger: Customer | undefined,
): readonly Forged[] {
  const answers = `${providerId}@eu-central-1.amazonses.com`;
  const [, id = ''] = /^msg_(.*)_\d+$/.exec(messageId) ?? [];
  return [
    forge(customer, { validation: 'FAIL', recipient: replyTo }),
    forge(customer, { validation: 'FAIL' }, { answers }),
    ...(stranger ? [forge(stranger, { validation: 'PASS', recipient: replyTo })] : []),
  ].map((forged) => ({ ...forged, of: `cnv_${id}` }));
}
