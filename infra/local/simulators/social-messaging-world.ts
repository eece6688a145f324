import { randomUUID } from 'node:crypto';
import type { SimulatedAccount, SimulatorWorld, Webhook } from './simulator.ts';
import { publishRequest } from './sns-publish.ts';

const worlds = new WeakMap<SimulatorWorld, SimulatorWorld>();

/** The world as Meta sees it behind AWS: what it posts is published on the account's topic. One for each world. */
export function throughAws(world: SimulatorWorld): SimulatorWorld {
  const known = worlds.get(world);
  if (known) return known;
  const made: SimulatorWorld = { ...world, deliver: (webhook) => publish(webhook, world) };
  worlds.set(world, made);
  return made;
}

/** Each entry alone, as JSON in a string (social-messaging user guide, "Message and event format"). */
async function publish(webhook: Webhook, world: SimulatorWorld): Promise<number> {
  const { entry } = JSON.parse(webhook.body) as { entry: readonly { readonly id: string }[] };
  let status = 200;
  for (const each of entry) {
    const account = world.accounts.find(({ address }) => webhook.body.includes(address));
    if (account === undefined) throw new Error('a webhook for none of the numbers');
    const message = JSON.stringify(notificationOf(each, account, world.now()));
    const topicArn = String(account.settings['topicArn']);
    status = await world.deliver(publishRequest(account.webhookUrl, topicArn, message));
  }
  return status;
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
