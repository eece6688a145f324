import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { entriesAfter } from '#shared/aws/store/table';
import { applyParked } from '#shared/aws/store/update/apply-parked';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import type { ChannelUpdate, Customer } from '#shared/connector/channel-event';
import type { Identity } from '#shared/model/identity';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { bsuid, phone, written } from './contacts/identities.ts';
import { origin } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const ada: Customer = { identities: [phone('4917100001'), bsuid('DE.101')] };
const eve: Customer = { identities: [phone('4917100003'), bsuid('DE.103')] };
const group: Identity = { channel: 'whatsapp', kind: 'group', scope: '', address: 'g-foreign' };
const content = { type: 'text', text: 'I owe Eve 100' } as const;

let count = 0;
/** A message that somebody wrote: the customer Ada, Ada in a group, or the business. */
const messages = {
  customer: (id: string) => written(id, 0, [...ada.identities] as const),
  member: (id: string) => written(id, 0, [group], { author: ada }),
  business: (id: string) => written(id, 0, [...ada.identities] as const, { direction: 'outbound' }),
};
type Written = keyof typeof messages;

const changes = {
  edit: (by: Customer | 'business') => ({ kind: 'edit' as const, content, text: content.text, by }),
  deletion: (by: Customer | 'business') => ({ kind: 'deletion' as const, by }),
  reaction: (by: Customer | 'business') => ({
    ...{ kind: 'reaction' as const, emoji: '', customer: by === 'business' ? eve : by },
  }),
} as const;

async function outcomeOf(
  whose: Written,
  kind: keyof typeof changes,
  by: Customer | 'business',
): Promise<readonly [string, number]> {
  count += 1;
  const id = `wamid.foreign.${count}`;
  const { table } = emulators;
  const update = { id: `${id}.change`, target: { providerMessageId: id }, ...changes[kind](by) };
  const { conversation, entry } = await appendMessage(table, origin, messages[whose](id));
  const { outcome } = await applyChannelUpdate(table, origin, update as ChannelUpdate);
  const all = await entriesAfter(table, conversation.id, entry.sequence - 1);
  return [outcome, all[0]?.revision ?? -1];
}

const untouched = ['elsewhere', 0];
const done = ['applied', 1];
/** By the other of the addresses. */
const adaById: Customer = { identities: [bsuid('DE.101')] };

describe('a change of a message', () => {
  it.each<[Written, keyof typeof changes]>([
    ['customer', 'edit'],
    ['customer', 'deletion'],
    ['customer', 'reaction'],
    ['member', 'edit'],
    ['member', 'deletion'],
  ])('of a %s is made by its author alone: %s', async (whose, kind) => {
    expect(await outcomeOf(whose, kind, eve)).toEqual(untouched);
    expect(await outcomeOf(whose, kind, ada)).toEqual(done);
    expect(await outcomeOf(whose, kind, adaById)).toEqual(done);
  });

  it.each(['edit', 'deletion'] as const)('of the business is no customer’s: %s', async (kind) => {
    expect(await outcomeOf('business', kind, ada)).toEqual(untouched);
    expect(await outcomeOf('business', kind, 'business')).toEqual(done);
    expect(await outcomeOf('customer', kind, 'business')).toEqual(untouched);
  });

  it('is judged the same where it came before its message', async () => {
    const { table } = emulators;
    const target = { providerMessageId: 'wamid.foreign.early' };
    const update: ChannelUpdate = { id: 'early', target, ...changes.edit(eve) };
    expect((await applyChannelUpdate(table, origin, update)).outcome).toBe('parked');
    const message = messages.customer(target.providerMessageId);
    const { parked } = await appendMessage(table, origin, message);
    expect(parked).toHaveLength(1);
    expect(await applyParked(table, origin, parked, message)).toEqual([]);
  });
});
