import { accounts } from '#test/faults/accounts';
import { channels } from '#test/faults/channels/channels';
import { metaWebhook } from '#test/faults/channels/whatsapp';
import type { Random } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import { post } from './post.ts';

let told = 0;

/** What changes of people who wrote nothing else: their wish for marketing, and their number. */
export async function postNotices(stage: Stage, random: Random): Promise<void> {
  const [account] = accounts;
  if (!account) throw new Error('no accounts');
  const address = () => {
    told += 1;
    return channels.whatsapp.customerAddress(500_000 + told);
  };
  const [asker, mover, moved] = [address(), address(), address()];
  const timestamp = String(Math.floor(Date.now() / 1000));
  const item = (more: object) => ({ id: `wamid.notice${random.word(12)}`, timestamp, ...more });
  const contacts = (wa_id: string) => [{ profile: { name: 'Customer' }, wa_id }];
  const wish = { wa_id: asker, category: 'marketing_messages', value: 'stop', timestamp };
  const wished = await post(
    stage,
    metaWebhook(
      account,
      { contacts: contacts(asker), user_preferences: [{ ...wish, detail: 'asked to stop' }] },
      'user_preferences',
    ),
  );
  if (wished.status < 300) stage.ledger.notices.push('switchboard.consent.changed.v1');
  const hello = { from: mover, type: 'text', text: { body: 'hello' } };
  const system = { type: 'user_changed_number', wa_id: moved };
  for (const more of [hello, { from: mover, type: 'system', system }]) {
    const message = item(more);
    const messages = [message];
    const { status } = await post(
      stage,
      metaWebhook(account, { contacts: contacts(mover), messages }),
    );
    if (status < 300 && 'system' in more)
      stage.ledger.notices.push('switchboard.contact.updated.v1');
  }
}
