import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { readConversation, readItem } from '#shared/aws/store/table';
import type { ChannelMessage, SenderStanding } from '#shared/connector/channel-event';
import type { Followed } from '#shared/connector/thread';
import { IdentityItem, ReferenceItem } from '#shared/table/items';
import { identityItemKey, referenceKey } from '#shared/table/keys';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, textMessage } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const standings: readonly (SenderStanding | undefined)[] = [
  undefined,
  'authenticated',
  'unknown',
  'untrusted',
];
const proofs: readonly Followed['proof'][] = ['provider', 'secret', 'claimed'];

const mailbox = (address: string) =>
  ({ channel: 'email', kind: 'mailbox', scope: '', address }) as const;

interface Mail {
  readonly id: string;
  readonly from: string;
  readonly standing?: SenderStanding | undefined;
  readonly follows?: readonly Followed[];
  readonly words?: string;
}

function mailOf({ id, from, standing, follows = [], words = 'text' }: Mail): ChannelMessage {
  return textMessage(id, words, {
    deduplicationId: `mail:${id}:${from}:${standing}:${words}`,
    customer: { identities: [mailbox(from)] },
    ...(standing ? { senderStanding: standing } : {}),
    thread: { key: id, follows },
    authenticity: { level: 'unverified' },
  });
}

const write = (mail: Mail) => appendMessage(emulators.table, origin, mailOf(mail));

/** A conversation of Ada's that has a message of ours, known to its recipients as `secret-<name>`. */
async function conversationOf(name: string, from = `${name}@customer.example`) {
  const { conversation } = await write({ id: `${name}@first`, from, standing: 'authenticated' });
  const own = { ...mailOf({ id: `secret-${name}`, from }), direction: 'outbound' as const };
  await appendMessage(emulators.table, origin, {
    ...own,
    thread: {
      key: `${name}@first`,
      follows: [{ providerMessageId: `${name}@first`, proof: 'provider' }],
    },
  });
  return { id: conversation.id, contactId: conversation.contactId, from };
}

const cases = standings.flatMap((standing) =>
  proofs.flatMap((proof) => [true, false].map((isCustomer) => ({ standing, proof, isCustomer }))),
);

/** The whole rule: who joins by what. */
function joins({ standing = 'authenticated', proof, isCustomer }: (typeof cases)[number]): boolean {
  if (!isCustomer || standing === 'untrusted') return false;
  return standing === 'authenticated' || proof !== 'claimed';
}

describe('a message that names a conversation', () => {
  it.each(cases)('from a sender $standing, by $proof, customer: $isCustomer', async (each) => {
    const name = `${each.standing}-${each.proof}-${each.isCustomer}`;
    const { id, contactId, from } = await conversationOf(name);
    const { conversation, entry } = await write({
      id: `${name}@next`,
      from: each.isCustomer ? from : 'eve@evil.example',
      standing: each.standing,
      follows: [{ providerMessageId: `secret-${name}`, proof: each.proof }],
    });
    if (joins(each)) {
      expect(conversation.id).toBe(id);
      expect(entry.message?.authenticity?.joinRefused).toBeUndefined();
      return;
    }
    expect(conversation.id).not.toBe(id);
    expect(conversation.relatedConversationId).toBe(id);
    const isKnown = each.isCustomer && each.standing !== 'untrusted';
    if (!each.isCustomer) expect(conversation.contactId).not.toBe(contactId);
    else expect(conversation.contactId === contactId).toBe(isKnown);
    expect(entry.message?.authenticity?.joinRefused).toMatch(/^not_/);
  });

  it('is refused by name: as no participant, or as not authenticated', async () => {
    const { from } = await conversationOf('reasons');
    const follows = [{ providerMessageId: 'secret-reasons', proof: 'secret' }] as const;
    const refusalOf = async (mail: Omit<Mail, 'follows'>) =>
      (await write({ ...mail, follows })).entry.message?.authenticity?.joinRefused;
    expect(await refusalOf({ id: 'r1@x', from: 'eve@x', standing: 'authenticated' })).toBe(
      'not_participant',
    );
    expect(await refusalOf({ id: 'r2@x', from, standing: 'untrusted' })).toBe('not_authenticated');
  });

  it('goes by the first name that it may follow', async () => {
    const { from } = await conversationOf('several');
    const other = await conversationOf('several-other');
    const { conversation } = await write({
      id: 'several@next',
      from,
      standing: 'authenticated',
      follows: [
        { providerMessageId: 'gone', proof: 'secret' },
        { providerMessageId: 'secret-several-other', proof: 'secret' },
        { providerMessageId: 'several@first', proof: 'claimed' },
      ],
    });
    expect(conversation.id).not.toBe(other.id);
    expect(conversation.customerIdentities).toMatchObject([{ address: from }]);
  });

  it('may name more messages than one read holds', async () => {
    const follows = Array.from({ length: 120 }, (_, index) => ({
      providerMessageId: `never${index}@x`,
      proof: 'claimed' as const,
    }));
    const mail = { id: 'many@x', from: 'many@customer.example', standing: 'unknown' } as const;
    expect((await write({ ...mail, follows })).outcome).toBe('appended');
  });
});

describe('the conversation that an unauthenticated message opens', () => {
  it.each(['unknown', 'untrusted'] as const)(
    'is its own for every %s message, also under one id, and one for all deliveries of it',
    async (standing) => {
      const from = `own-${standing}@customer.example`;
      const id = `one-id-${standing}@x`;
      const mails = [
        { id, from, standing: 'authenticated', words: 'the true one' },
        { id, from, standing, words: 'a' },
        { id, from, standing, words: 'b' },
      ] as const;
      const first = await Promise.all(mails.map(write));
      const again = await Promise.all(mails.map(write));
      const ids = first.map(({ conversation }) => conversation.id);
      expect(new Set(ids).size).toBe(3);
      expect(again.map(({ conversation, outcome }) => [conversation.id, outcome])).toEqual(
        ids.map((each) => [each, 'duplicate']),
      );
    },
  );

  it('is stored once, however many deliveries race', async () => {
    const mail = { id: 'race@x', from: 'race@customer.example', standing: 'untrusted' } as const;
    const all = await Promise.all(Array.from({ length: 20 }, () => write(mail)));
    expect(all.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
    expect(new Set(all.map(({ conversation }) => conversation.id)).size).toBe(1);
  });

  it('takes the id of no message: who truly has it is still found by it', async () => {
    const from = 'early@customer.example';
    const id = 'early@first';
    const forged = await write({ id, from, standing: 'unknown', words: 'forged' });
    const honest = await write({ id, from, standing: 'authenticated', words: 'honest' });
    const key = referenceKey(origin.connector, origin.account, id);
    const reference = await readItem(emulators.table, ReferenceItem, key);
    expect(reference?.conversationId).toBe(honest.conversation.id);
    const follows = [{ providerMessageId: id, proof: 'claimed' }] as const;
    const next = await write({ id: 'early@next', from, standing: 'authenticated', follows });
    expect(next.conversation.id).toBe(honest.conversation.id);
    expect(honest.conversation.id).not.toBe(forged.conversation.id);
  });

  it('is the first to use an id, and its owner still goes on by it', async () => {
    const id = 'taken@first';
    await write({ id, from: 'eve@evil.example', standing: 'authenticated' });
    const from = 'taken@customer.example';
    const honest = await write({ id, from, standing: 'authenticated' });
    const follows = [{ providerMessageId: id, proof: 'claimed' }] as const;
    const next = await write({ id: 'taken@next', from, standing: 'authenticated', follows });
    expect(next.conversation.id).toBe(honest.conversation.id);
    const third = { from: 'third@customer.example', standing: 'authenticated' } as const;
    const other = await write({ ...third, id: 'third@first', follows });
    expect(other.entry.message?.authenticity?.joinRefused).toBe('not_participant');
  });

  it('is not continued by its Message-ID, not even by who is authenticated, but is linked', async () => {
    const from = 'alone@customer.example';
    const forged = await write({ id: 'alone@first', from, standing: 'unknown' });
    const follows = [{ providerMessageId: 'alone@first', proof: 'claimed' }] as const;
    const next = await write({ id: 'alone@next', from, standing: 'authenticated', follows });
    expect(next.conversation.relatedConversationId).toBe(forged.conversation.id);
    expect(next.entry.message?.authenticity?.joinRefused).toBe('not_authenticated');
  });
});

describe('a sender who only claims an address', () => {
  it('is a contact apart, and leaves the address to its owner', async () => {
    const from = 'claimed@customer.example';
    const claim = await write({ id: 'claim@x', from, standing: 'untrusted' });
    const key = identityItemKey(mailbox(from));
    expect(await readItem(emulators.table, IdentityItem, key)).toBeUndefined();
    const owner = await write({ id: 'owner@x', from, standing: 'authenticated' });
    const later = await write({ id: 'claim2@x', from, standing: 'untrusted' });
    expect(owner.conversation.contactId).not.toBe(claim.conversation.contactId);
    expect(later.conversation.contactId).toBe(claim.conversation.contactId);
    const item = await readItem(emulators.table, IdentityItem, key);
    expect(item?.contactId).toBe(owner.conversation.contactId);
  });

  it('gets an answer at that address, whose owner goes on by our secret', async () => {
    const from = 'answered@customer.example';
    const claim = await write({ id: 'answered@x', from, standing: 'untrusted' });
    const { table } = emulators;
    const place = {
      conversationId: claim.conversation.id,
      contactId: claim.conversation.contactId,
      sequence: 1,
    };
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: {
          ...referenceKey(origin.connector, origin.account, 'secret-answered'),
          ...place,
        },
      }),
    );
    const follows = [{ providerMessageId: 'secret-answered', proof: 'secret' }] as const;
    const joined = await write({ id: 'yes@x', from, standing: 'unknown', follows });
    expect(joined.conversation.id).toBe(claim.conversation.id);
    const eve = { id: 'eve@x', from: 'eve@evil.example', standing: 'authenticated' } as const;
    expect((await write({ ...eve, follows })).conversation.id).not.toBe(claim.conversation.id);
    const conversation = await readConversation(table, claim.conversation.id);
    expect(conversation.customerIdentities).toMatchObject([{ address: from }]);
  });
});
