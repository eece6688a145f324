import { describe, expect, it } from 'vitest';
import { text, whatsappHarness } from './whatsapp-harness.ts';

const { ask, send, write, values } = whatsappHarness();

const toGroup = (more: object = {}) => ({
  ...text,
  recipient_type: 'group',
  to: 'GRP1',
  ...more,
});

describe("Meta's groups", () => {
  it('are made, renamed, joined and left, and each is told under its own field', async () => {
    const made = await ask('POST', '/_group', { subject: 'Trip', add: ['4917001', 'DE.2'] });
    expect(made.body).toMatchObject({ status: 200, group: expect.stringMatching(/^\w{20,}$/) });
    const { group } = made.body;
    await ask('POST', '/_group', { group, subject: 'Journey', remove: ['DE.2'] });
    const told = (await values(4)).map(
      (value) => (value as unknown as { groups: [Record<string, unknown>] }).groups[0],
    );
    expect(told).toMatchObject([
      { type: 'group_create', subject: 'Trip' },
      {
        type: 'group_participants_add',
        added_participants: [{ wa_id: '4917001' }, { user_id: 'DE.2' }],
      },
      { type: 'group_settings_update', group_subject: { text: 'Journey' } },
      { type: 'group_participants_remove', removed_participants: [{ user_id: 'DE.2' }] },
    ]);
    for (const each of told) expect(each).toMatchObject({ group_id: group });
  });

  it('carry a message of whoever writes in them, who is a member from then on', async () => {
    await write({ from: '4917001', text: 'hi all', group: 'GRP1' });
    const [value] = await values(1);
    expect(value?.messages).toMatchObject([
      { from: '4917001', group_id: 'GRP1', text: { body: 'hi all' } },
    ]);
    expect(value?.contacts).toMatchObject([{ wa_id: '4917001' }]);
    expect((await send(toGroup())).status).toBe(200);
  });

  it('report what was sent once, and what was delivered once for each member, together', async () => {
    for (const from of ['4917001', '4917002', 'DE.3']) await write({ from, group: 'GRP1' });
    const { body } = await send(toGroup({ biz_opaque_callback_data: 'ours' }));
    expect(body.contacts).toEqual([{ input: 'GRP1', wa_id: 'GRP1' }]);
    const statuses = (await values(5)).slice(3).map((value) => value.statuses);
    const about = { recipient_id: 'GRP1', recipient_type: 'group', id: body.messages[0].id };
    expect(statuses[0]).toMatchObject([{ ...about, status: 'sent' }]);
    expect(statuses[0]?.[0]).not.toHaveProperty('recipient_participant_user_id');
    expect(statuses[1]).toMatchObject([
      { ...about, status: 'delivered', recipient_participant_id: '4917001' },
      { ...about, status: 'delivered', recipient_participant_id: '4917002' },
      { ...about, status: 'delivered', recipient_participant_user_id: 'DE.3' },
    ]);
    expect(statuses[1]?.[0]).toMatchObject({
      conversation: { pricing: { category: 'service' } },
      biz_opaque_callback_data: 'ours',
    });
  });

  it('report what one member did, where that is asked for', async () => {
    for (const from of ['4917001', '4917002']) await write({ from, group: 'GRP1' });
    const { body } = await send(toGroup());
    const messageId = body.messages[0].id;
    await values(4);
    const failed = { messageId, status: 'failed', code: 131026, recipient: '4917002' };
    await ask('POST', '/_status', failed);
    expect((await values(5)).at(-1)?.statuses).toMatchObject([
      { status: 'failed', recipient_participant_id: '4917002', errors: [{ code: 131026 }] },
    ]);
  });

  it('are known at their own number only, and take no interactive messages', async () => {
    expect((await send(toGroup())).body.error.code).toBe(100);
    await ask('POST', '/_group', { group: 'GRP1', account: 'other' });
    expect((await send(toGroup())).body.error.code).toBe(100);
    await ask('POST', '/_group', { group: 'GRP1' });
    const action = { buttons: [{ type: 'reply', reply: { id: '1', title: 'Yes' } }] };
    const interactive = { type: 'button', body: { text: 'Coming?' }, action };
    const { text: _, ...rest } = toGroup({ type: 'interactive', interactive });
    expect((await send(rest)).body.error.code).toBe(131051);
  });

  it('have one reply window, which any member opens, and which opens no member’s own', async () => {
    await ask('POST', '/_conditions', { strictWindow: true });
    await ask('POST', '/_group', { group: 'GRP1', add: ['4917001'] });
    expect((await send(toGroup())).body.error.code).toBe(131047);
    await write({ from: '4917001', text: 'hi', group: 'GRP1' });
    expect((await send(toGroup())).status).toBe(200);
    expect((await send({ ...text, to: '+4917001' })).body.error.code).toBe(131047);
  });
});
