import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { validateConsented } from '#shared/aws/store/contacts/consent';
import { recordConsent } from '#shared/aws/store/contacts/record-consent';
import { entriesAfter, readConversation } from '#shared/aws/store/table';
import { applyParked } from '#shared/aws/store/update/apply-parked';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import type { ChannelMessage, ChannelUpdate, Customer } from '#shared/connector/channel-event';
import { entryEvents } from '#shared/events/events';
import type { Identity } from '#shared/model/identity';
import type { ReplyContent } from '#shared/model/reply-content';
import { validateReply } from '#shared/reply/check';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { at, bsuid, changed, itemOf, phone, written } from './contacts/identities.ts';
import { origin } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const groupNamed = (address: string): Identity => ({
  channel: 'whatsapp',
  kind: 'group',
  scope: '',
  address,
});

const ada: Customer = {
  identities: [phone('4917000001'), bsuid('DE.1')],
  displayName: 'Ada',
  username: 'ada',
};
const bob: Customer = { identities: [bsuid('DE.2')], displayName: 'Bob' };
const eve: Customer = { identities: [phone('4917000003')] };

/** A message of a member in a group. */
function inGroup(
  group: string,
  id: string,
  minute: number,
  author: Customer | undefined,
  more: Partial<ChannelMessage> = {},
): ChannelMessage {
  const own = author ? { author } : {};
  return written(`${group}.${id}`, minute, [groupNamed(group)], { ...own, ...more });
}

const notice = { content: { type: 'notice', kind: 'x' }, opensReplyWindow: false } as const;

const append = (message: ChannelMessage) => appendMessage(emulators.table, origin, message);

function reaction(
  id: string,
  target: string,
  more: { readonly customer: Customer; readonly group?: Identity },
): ChannelUpdate {
  const base = { id, target: { providerMessageId: target }, occurredAt: at(30) };
  return { ...base, kind: 'reaction', emoji: '👍', ...more };
}

const apply = (update: ChannelUpdate) => applyChannelUpdate(emulators.table, origin, update);

describe('a group', () => {
  it('is one conversation, and its members are the authors', async () => {
    const messages = [
      inGroup('g1', 'a', 0, ada),
      inGroup('g1', 'b', 1, bob),
      inGroup('g1', 'c', 2, eve),
      inGroup('g1', 'd', 3, ada),
    ];
    const appended = [];
    for (const each of messages) appended.push(await append(each));
    const [first] = appended;
    expect(new Set(appended.map(({ conversation }) => conversation.id)).size).toBe(1);
    const conversation = await readConversation(emulators.table, first?.conversation.id ?? '');
    expect(conversation).toMatchObject({ customerIdentities: [groupNamed('g1')], sequence: 4 });
    expect(conversation).not.toHaveProperty('customerName');
    expect(conversation).not.toHaveProperty('customerUsername');
    const entries = await entriesAfter(emulators.table, conversation.id, 0);
    expect(entries.map(({ message }) => message?.author)).toEqual(
      [ada, bob, eve, ada].map(({ identities, displayName, username }) => ({
        role: 'customer',
        identity: identities[0],
        ...(identities.length > 1 ? { otherIdentities: identities.slice(1) } : {}),
        ...(displayName ? { displayName } : {}),
        ...(username ? { username } : {}),
      })),
    );
    for (const { message } of entries) expect(message?.recipients).toEqual([groupNamed('g1')]);
  });

  it('begun by all members at once is begun once', async () => {
    const all = [ada, bob, eve].map((author, index) => inGroup('g2', `${index}`, index, author));
    const appended = await Promise.all(all.map(append));
    expect(new Set(appended.map(({ conversation }) => conversation.id)).size).toBe(1);
    const entries = await entriesAfter(emulators.table, appended[0]?.conversation.id ?? '', 0);
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  it('is a conversation of its own for each number of ours', async () => {
    const here = await append(inGroup('g3', 'a', 0, ada));
    const business = { ...phone('77'), kind: 'sender_id' } as const;
    const there = await append(inGroup('g3', 'b', 0, ada, { business }));
    expect(there.conversation.id).not.toBe(here.conversation.id);
    expect(there.conversation.contactId).toBe(here.conversation.contactId);
  });

  it('gives notice itself: no member is made the author of it', async () => {
    await append(inGroup('g4', 'a', 0, ada));
    const named = { identities: [groupNamed('g4')], displayName: 'Trip to Oslo' } as const;
    const { entry, conversation } = await append(
      inGroup('g4', 'b', 1, undefined, { ...notice, customer: named }),
    );
    expect(entry.message?.author).toEqual({ role: 'system' });
    expect(await readConversation(emulators.table, conversation.id)).toMatchObject({
      customerName: 'Trip to Oslo',
      customerIdentities: [groupNamed('g4')],
    });
  });
});

describe('a member of a group', () => {
  const person = (name: string) => {
    const customer = {
      identities: [phone(`49${name}`), bsuid(`DE.${name}`)] as const,
      displayName: name,
    };
    return { customer, now: [phone(`48${name}`), bsuid(`DE.${name}now`)] as const };
  };

  it('becomes no contact by writing there, and lends the group no address', async () => {
    const { customer } = person('7001');
    const { conversation } = await append(inGroup('g5', 'a', 0, customer));
    for (const each of customer.identities) {
      expect(await itemOf(emulators.table, each)).toBeUndefined();
    }
    expect(await itemOf(emulators.table, groupNamed('g5'))).toEqual({
      contactId: conversation.contactId,
      evidence: 'observed',
      aliases: [],
      since: at(0),
    });
  });

  it('has a conversation of their own, whose reply window the group does not open', async () => {
    const { customer } = person('7002');
    const alone = await append(written('7002a', 0, customer.identities, { customer }));
    const there = await append(inGroup('g6', 'a', 600, customer));
    const again = await append(written('7002b', 601, customer.identities, { customer }));
    expect(there.conversation.contactId).not.toBe(alone.conversation.contactId);
    expect(again.conversation.id).toBe(alone.conversation.id);
    const before = { ...alone.entry.replyWindow };
    const own = await entriesAfter(emulators.table, alone.conversation.id, 0);
    expect(own).toHaveLength(2);
    expect(own[0]?.replyWindow).toEqual(before);
    expect(there.entry.replyWindow?.closesAt).toBe(at(600 + 24 * 60));
    const group = await readConversation(emulators.table, there.conversation.id);
    expect(group.replyWindow).toEqual(there.entry.replyWindow);
  });

  it('does not open their own window by writing in a group', async () => {
    const { customer } = person('7003');
    const alone = await append(written('7003a', 0, customer.identities, { customer }));
    await append(inGroup('g7', 'a', 1200, customer));
    expect(
      (await readConversation(emulators.table, alone.conversation.id)).replyWindow?.closesAt,
    ).toBe(at(1440));
  });

  it('may change their addresses: group and own conversation both go on', async () => {
    const { customer, now } = person('7004');
    const alone = await append(written('7004a', 0, customer.identities, { customer }));
    const there = await append(inGroup('g8', 'a', 1, customer));
    // The new number writes before the change is told, here and there, and the change takes it over.
    const early = await append(written('7004b', 12, now));
    const member = { identities: now } as const;
    const earlyThere = await append(inGroup('g8', 'b', 12, member));
    const change = await append(changed('7004c', 10, [customer.identities[1]], [now[1]]));
    const late = await append(inGroup('g8', 'c', 13, member));
    const after = await append(written('7004d', 13, now));
    expect(early.conversation.id).not.toBe(alone.conversation.id);
    expect([change.conversation.id, after.conversation.id]).toEqual([
      alone.conversation.id,
      alone.conversation.id,
    ]);
    expect([earlyThere.conversation.id, late.conversation.id]).toEqual([
      there.conversation.id,
      there.conversation.id,
    ]);
    const group = await readConversation(emulators.table, there.conversation.id);
    expect(group.customerIdentities).toEqual([groupNamed('g8')]);
    expect(await itemOf(emulators.table, groupNamed('g8'))).toMatchObject({ aliases: [] });
  });

  it('says nothing of the group’s consent, nor the group of theirs', async () => {
    const { customer } = person('7005');
    const alone = await append(
      written('7005a', 0, customer.identities, {
        ...notice,
        consent: { category: 'marketing_messages', state: 'revoked', evidence: 'stop' },
      }),
    );
    await recordConsent(emulators.table, alone.conversation, alone.entry);
    const there = await append(inGroup('g9', 'a', 1, customer));
    const content: ReplyContent = {
      ...{ type: 'template', name: 'x', language: 'de', components: [] },
      category: 'marketing',
    };
    const refusalIn = async ({ conversation }: typeof alone) =>
      (await validateConsented(emulators.table, conversation, { content }, {}, {})).refusal?.code;
    expect(await refusalIn(there)).toBeUndefined();
    expect(await refusalIn(alone)).toBe('recipient_opted_out');
  });
});

describe('a group whose id is spelled like an address', () => {
  it('meets neither the person nor another group', async () => {
    const alone = await append(written('s1', 0, [phone('4917009999')]));
    const there = await append(inGroup('4917009999', 'a', 1, bob));
    expect(there.conversation.contactId).not.toBe(alone.conversation.contactId);
    expect(there.conversation.id).not.toBe(alone.conversation.id);
    const odd = await append(written('s2', 2, [{ ...phone('group#g1'), kind: 'user_id' }]));
    const group = await append(inGroup('g1', 'z', 3, bob));
    expect(odd.conversation.contactId).not.toBe(group.conversation.contactId);
  });
});

describe('what a member does to a message', () => {
  it('is told in the group’s conversation, with the member as author', async () => {
    await append(inGroup('g10', 'a', 0, ada));
    const update = reaction('r1', 'g10.a', { customer: ada, group: groupNamed('g10') });
    const { changed: found, outcome } = await apply(update);
    expect(outcome).toBe('applied');
    expect(found?.entry.pending[0]).toMatchObject({
      kind: 'reaction',
      author: {
        role: 'customer',
        identity: ada.identities[0],
        otherIdentities: [ada.identities[1]],
      },
    });
  });

  it.each([
    ['of a private conversation', () => written('p1', 0, [phone('4917008001')])],
    ['of another group', () => inGroup('g11', 'a', 0, ada)],
  ])('changes no message %s, whichever it names', async (_, message) => {
    const { conversation, entry } = await append(message());
    const target = { providerMessageId: entry.providerMessageId ?? '' };
    const base = { target, occurredAt: at(31), group: groupNamed('g12') };
    const name = target.providerMessageId;
    const updates: ChannelUpdate[] = [
      { ...base, kind: 'reaction', id: `${name}r`, emoji: '👍', customer: eve },
      { ...base, kind: 'deletion', id: `${name}d`, by: eve },
      {
        ...base,
        kind: 'edit',
        id: `${name}e`,
        text: 'x',
        content: { type: 'text', text: 'x' },
        by: eve,
      },
    ];
    for (const update of updates) expect((await apply(update)).outcome).toBe('elsewhere');
    const [stored] = await entriesAfter(emulators.table, conversation.id, 0);
    expect(stored?.pending).toEqual([]);
  });

  it('is judged the same where it came before its message and was parked', async () => {
    const early = reaction('early', 'p2', { customer: eve, group: groupNamed('g13') });
    expect((await apply(early)).outcome).toBe('parked');
    const { parked, entry } = await append(written('p2', 0, [phone('4917008002')]));
    const { table } = emulators;
    expect(await applyParked(table, origin, parked, { providerMessageId: 'p2' })).toEqual([]);
    expect(entry.pending).toEqual([]);
  });

  it('applies to a group’s message also where the provider leaves the group out', async () => {
    await append(inGroup('g14', 'a', 0, ada));
    expect((await apply(reaction('r2', 'g14.a', { customer: bob }))).outcome).toBe('applied');
  });
});

describe('the events of a group', () => {
  it('say who wrote, to whom, and whose conversation it is', async () => {
    const customer = { identities: [groupNamed('g15')], displayName: 'Trip' } as const;
    const first = await append(inGroup('g15', 'a', 0, ada, { customer }));
    const [opened, received] = entryEvents(first.conversation, first.entry);
    expect(opened?.data).toMatchObject({
      conversation: { customerIdentities: [groupNamed('g15')], customerName: 'Trip' },
    });
    expect(received?.data).toMatchObject({
      message: {
        contactId: first.conversation.contactId,
        author: { displayName: 'Ada', otherIdentities: [ada.identities[1]] },
        recipients: [groupNamed('g15')],
      },
    });
  });
});

describe('what a group can be sent', () => {
  it('is what its connector declares for groups', () => {
    const conversation = {
      id: 'cnv_g',
      channel: 'whatsapp' as const,
      visibility: 'private' as const,
      businessIdentity: phone('106540352242922'),
      customerIdentities: [groupNamed('g')],
      replyWindow: { closesAt: at(1440), freeForm: true },
    };
    const capabilities = {
      replyContent: ['text', 'buttons'] as const,
      maxTextLength: 10,
      maxTextParts: 1,
    };
    const now = new Date(at(0));
    const content: ReplyContent = {
      type: 'buttons',
      text: 'x',
      buttons: [{ id: '1', title: 'a' }],
    };
    const refusalOf = (more: { readonly groupReplyContent?: readonly ['text'] }) => {
      const rules = {
        capabilities: { ...capabilities, ...more },
        check: () => ({ files: [] }),
        archiveBucket: 'archive',
      };
      return validateReply({ content }, conversation, rules, now).refusal;
    };
    expect(refusalOf({ groupReplyContent: ['text'] })).toEqual({
      code: 'content_not_supported',
      title: 'whatsapp cannot carry buttons into a group; allowed: text',
      retryable: false,
    });
    expect(refusalOf({})?.title).toContain('allowed: nothing');
  });
});
