import { randomUUID } from 'node:crypto';
import type { SimulatedAccount, SimulatorWorld, Webhook } from '#infra/local/simulators/simulator';
import { publishRequest } from '#infra/local/simulators/sns-publish';

const worlds = new WeakMap<SimulatorWorld, SimulatorWorld>();

/** The world as Meta sees it behind AWS: what it posts is published on the account's topic. One for each world. */
export function throughAws(world: SimulatorWorld): SimulatorWorld {
  const known = worlds.get(world);
  if (known) return known;
  // A webhook that is posted a second time is published as it was.
  const written = new WeakMap<Webhook, readonly Webhook[]>();
  const post = async (webhook: Webhook): Promise<number> => {
    const published = written.get(webhook) ?? publications(webhook, world);
    written.set(webhook, published);
    let status = 200;
    for (const each of published) status = await world.post(each);
    return status;
  };
  const made: SimulatorWorld = { ...world, post };
  worlds.set(world, made);
  return made;
}

/** Each entry alone, as JSON in a string (social-messaging user guide, "Message and event format"). */
function publications(webhook: Webhook, world: SimulatorWorld): readonly Webhook[] {
  const { entry } = JSON.parse(webhook.body) as { entry: readonly { readonly id: string }[] };
  const account = world.accounts.find(({ address }) => webhook.body.includes(address));
  if (account === undefined) throw new Error('a webhook for none of the numbers');
  return entry.map((each) => {
    const message = JSON.stringify(notificationOf(each, account, world.now()));
    return publishRequest(account.webhookUrl, String(account.settings['topicArn']), message);
  });
}

function notificationOf(entry: { readonly id: string }, account: SimulatedAccount, at: Date) {
  const arn = (kind: string, id: unknown) =>
    `arn:aws:social-messaging:eu-central-1:000000000000:${kind}/${String(id)}`;
  const { originationPhoneNumberId } = account.settings;
  return {
    context: {
      MetaWabaIds: [{ wabaId: entry.id, arn: arn('waba', entry.id) }],
      MetaPhoneNumberIds: [
        {
          metaPhoneNumberId: account.address,
          arn: arn('phone-number-id', originationPhoneNumberId).replace('phone-number-id-', ''),
        },
      ],
    },
    whatsAppWebhookEntry: JSON.stringify(entry),
    aws_account_id: '000000000000',
    message_timestamp: at.toISOString().replace('Z', '000000Z'),
    messageId: randomUUID(),
  };
}
