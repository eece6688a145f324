import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/whatsapp/parser';

const account = { address: '106540352242922' };
const target = 'wamid.first';
const revisions = {
  edit: { original_message_id: target, message: { type: 'text', text: { body: 'new' } } },
  revoke: { original_message_id: target },
};
const payload = (list: 'message' | 'echo', type: keyof typeof revisions, more: object) => ({
  ...{ field: list === 'echo' ? 'smb_message_echoes' : 'messages', id: 'item-1' },
  metadata: { phone_number_id: account.address },
  [list]: { id: 'wamid.second', timestamp: '1795255200', type, [type]: revisions[type], ...more },
});

const phone = { channel: 'whatsapp', kind: 'phone', scope: '', address: '16505551234' };
const bsuid = (scope: string) => ({ ...phone, kind: 'bsuid', scope, address: 'US.77' });

describe.each(['edit', 'revoke'] as const)('a message of type %s', (type) => {
  const kind = type === 'edit' ? 'edit' : 'deletion';

  it('says which customer changed the message, with every address and its scope', async () => {
    const from = { from: '16505551234', from_user_id: 'US.77' };
    for (const portfolio of [undefined, '55']) {
      const settings = { ...account, ...(portfolio ? { portfolio } : {}) };
      const item = payload('message', type, from);
      expect(await parse({ payload: item, account: settings })).toMatchObject([
        {
          ...{ kind, target: { providerMessageId: target } },
          by: { identities: [phone, bsuid(portfolio ?? '')] },
        },
      ]);
    }
  });

  it('is by the business where it is an echo', async () => {
    const item = payload('echo', type, { from: '15550001', to: '16505551234' });
    expect(await parse({ payload: item, account })).toMatchObject([{ kind, by: 'business' }]);
  });

  it('of a member whom nobody names is shown, and changes nothing', async () => {
    const item = payload('message', type, { group_id: 'g1' });
    expect(await parse({ payload: item, account })).toMatchObject([
      { kind: 'message', content: { type: 'unsupported' } },
    ]);
  });
});
