import { describe, expect, it } from 'vitest';
import { addressChangeOf } from '#connectors/whatsapp/inbound/address-change';
import { parse } from '#connectors/whatsapp/parser';
import { account, eventsOf, itemsOf } from './signed-webhook.ts';

const told = (system: object, more: object = {}) => {
  const change = addressChangeOf({ type: 'system', system, ...more });
  return change && [addressesOf(change.previous), addressesOf(change.current)];
};
const addressesOf = (all: readonly { kind: string; address: string }[]) =>
  all.map(({ kind, address }) => `${kind} ${address}`);

describe('a system message about new addresses', () => {
  it('names them in every form it has had', () => {
    const from = '16505551234';
    expect(
      told({ type: 'user_changed_number', body: 'x', wa_id: '12195555358' }, { from }),
    ).toEqual([['phone 16505551234'], ['phone 12195555358']]);
    expect(told({ body: 'User A changed', new_wa_id: '12195555358' }, { from })).toEqual([
      ['phone 16505551234'],
      ['phone 12195555358'],
    ]);
    const rotation = { type: 'user_changed_user_id', user_id: 'US.2' };
    expect(told({ ...rotation, previous_user_id: 'US.1' })).toEqual([
      ['bsuid US.1'],
      ['bsuid US.2'],
    ]);
    expect(told({ ...rotation, body: 'User A changed from US.1 to US.2' })).toEqual([
      ['bsuid US.1'],
      ['bsuid US.2'],
    ]);
    const body = 'User A changed from 16505551234 to 12195555358';
    expect(told({ type: 'user_changed_number', body })).toEqual([
      ['phone 16505551234'],
      ['phone 12195555358'],
    ]);
  });

  it('is not led by what a customer is called, nor by words where addresses should be', () => {
    const body = 'User A changed from US.9 to US.2 changed from US.1 to US.3';
    const rotation = { type: 'user_changed_user_id', user_id: 'US.2', body };
    expect(told(rotation)).toEqual([[], ['bsuid US.2']]);
    expect(told({ type: 'user_changed_number', body: 'User A changed from this to that' })).toBe(
      undefined,
    );
  });

  it('says nothing of addresses where it is about a security code', () => {
    expect(told({ type: 'customer_identity_changed', wa_id: '1' }, { from: '16505551234' })).toBe(
      undefined,
    );
  });

  it('keeps what did not change out of what was replaced', () => {
    const system = {
      type: 'user_changed_number',
      wa_id: '12195555358',
      parent_user_id: 'US.ENT.1',
    };
    expect(told({ ...system, previous_parent_user_id: 'US.ENT.1' }, { from: '1650' })).toEqual([
      ['phone 1650'],
      ['phone 12195555358', 'parent_bsuid US.ENT.1'],
    ]);
  });
});

describe('an account that names its portfolio', () => {
  it('has its user ids there, and phones and parent ids everywhere', async () => {
    const message = { id: 'wamid.1', type: 'text', text: { body: 'x' }, timestamp: '1795305600' };
    const ids = { from: '4917012345', from_user_id: 'DE.1', from_parent_user_id: 'DE.ENT.1' };
    const [item] = itemsOf({
      entry: [{ changes: [{ field: 'messages', value: { messages: [{ ...message, ...ids }] } }] }],
    });
    const payload = item?.payload;
    const [event] = await parse({ payload, account: { ...account, portfolio: '77' } });
    const scopes = [
      { kind: 'phone', scope: '' },
      { kind: 'bsuid', scope: '77' },
      { kind: 'parent_bsuid', scope: '' },
    ];
    expect(event).toMatchObject({ customer: { identities: scopes } });
    const [plain] = item ? await eventsOf(item) : [];
    expect(plain).toMatchObject({ customer: { identities: scopes.map(() => ({ scope: '' })) } });
  });
});
