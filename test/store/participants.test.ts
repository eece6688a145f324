import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { readConversation } from '#shared/aws/store/table';
import type { ChannelMessage, SenderStanding } from '#shared/connector/channel-event';
import type { Followed } from '#shared/connector/thread';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, textMessage } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const mailbox = (address: string) =>
  ({ channel: 'email', kind: 'mailbox', scope: '', address }) as const;
const copied = (...addresses: string[]) =>
  addresses.map((address) => ({ identity: mailbox(address) }));

interface Mail {
  readonly id: string;
  readonly from: string;
  readonly standing?: SenderStanding;
  readonly follows?: readonly Followed[];
  readonly cc?: readonly string[];
  readonly sentFrom?: Sender;
}

type Sender = Pick<NonNullable<ChannelMessage['sentFrom']>, 'identity' | 'standing'>;

function sent({ identity, standing }: Sender): NonNullable<ChannelMessage['sentFrom']> {
  const customer = { identities: [identity] as const };
  return { identity, standing, inItsName: { customer, authenticity: { level: 'verified' } } };
}

async function write({ id, from, standing = 'authenticated', follows = [], ...rest }: Mail) {
  const { cc = [], sentFrom } = rest;
  const message = textMessage(id, id, {
    deduplicationId: `mail:${id}:${from}`,
    customer: { identities: [mailbox(from)], displayName: from },
    senderStanding: standing,
    thread: { key: id, follows },
    participants: copied(...cc),
    authenticity: { level: 'unverified' },
    ...(sentFrom ? { sentFrom: sent(sentFrom) } : {}),
  });
  const { conversation, entry } = await appendMessage(emulators.table, origin, message);
  return { entry, conversation: await readConversation(emulators.table, conversation.id) };
}

const claimed = (providerMessageId: string) => [{ providerMessageId, proof: 'claimed' }] as const;
const secret = (providerMessageId: string) => [{ providerMessageId, proof: 'secret' }] as const;

describe('people in Cc', () => {
  it('take part, join by what anybody can know, and change nothing of the customer', async () => {
    const first = await write({ id: 'p1@x', from: 'fred@p.example', cc: ['emily@p.example'] });
    expect(first.conversation.participants).toEqual(copied('emily@p.example'));
    const second = await write({ id: 'p2@x', from: 'emily@p.example', follows: claimed('p1@x') });
    expect(second.conversation).toMatchObject({
      id: first.conversation.id,
      customerName: 'fred@p.example',
      customerIdentities: [mailbox('fred@p.example')],
    });
    expect(second.entry.message?.author.identity).toEqual(mailbox('emily@p.example'));
    const third = await write({ id: 'p3@x', from: 'fred@p.example', follows: claimed('p2@x') });
    expect(third.conversation.id).toBe(first.conversation.id);
  });

  it('join only as surely as the customer does', async () => {
    await write({ id: 'q1@x', from: 'fred@q.example', cc: ['emily@q.example'] });
    const joins = async (id: string, standing: SenderStanding, follows: readonly Followed[]) =>
      (await write({ id, from: 'emily@q.example', standing, follows })).entry.message?.authenticity
        ?.joinRefused;
    expect(await joins('q2@x', 'unknown', secret('q1@x'))).toBeUndefined();
    expect(await joins('q3@x', 'unknown', claimed('q1@x'))).toBe('not_authenticated');
    expect(await joins('q4@x', 'untrusted', secret('q1@x'))).toBe('not_authenticated');
    const eve = await write({ id: 'q5@x', from: 'eve@q.example', follows: claimed('q1@x') });
    expect(eve.entry.message?.authenticity?.joinRefused).toBe('not_participant');
  });

  it('are added by later messages, each once, and are at most as many as one mail has room for', async () => {
    await write({ id: 'r1@x', from: 'fred@r.example', cc: ['emily@r.example', 'fred@r.example'] });
    const more = Array.from({ length: 60 }, (_, index) => `c${index}@r.example`);
    const { conversation } = await write({
      ...{ id: 'r2@x', from: 'emily@r.example', follows: claimed('r1@x') },
      cc: ['emily@r.example', 'fred@r.example', ...more],
    });
    expect(conversation.participants).toEqual(copied('emily@r.example', ...more.slice(0, 48)));
  });

  it('are told as they were when the conversation opened', async () => {
    const { entry } = await write({ id: 's1@x', from: 'fred@s.example', cc: ['emily@s.example'] });
    expect(entry.opening?.participants).toEqual(copied('emily@s.example'));
    const alone = await write({ id: 's2@x', from: 'other@s.example' });
    expect(alone.entry.opening).not.toHaveProperty('participants');
    expect(alone.conversation).not.toHaveProperty('participants');
  });
});

describe('a message that one address sends for another', () => {
  const shop = { identity: mailbox('form@shop.example'), standing: 'authenticated' } as const;
  const form = (id: string, from: string, follows: readonly Followed[] = [], sentFrom = shop) =>
    write({ id, from, standing: 'untrusted', follows, sentFrom });

  it('belongs to the one it names, as a contact apart, and opens a conversation of its own', async () => {
    const owner = await write({ id: 't0@x', from: 'emily@t.example' });
    const [one, other] = [
      await form('t1@x', 'emily@t.example'),
      await form('t2@x', 'bob@t.example'),
    ];
    expect(one.conversation.contactId).not.toBe(other.conversation.contactId);
    expect(one.conversation.contactId).not.toBe(owner.conversation.contactId);
    expect(one.conversation.customerIdentities).toEqual([mailbox('emily@t.example')]);
    expect(one.conversation.participants).toEqual([{ identity: shop.identity, copied: false }]);
  });

  it('continues what the sending address has begun, and nothing else', async () => {
    const first = await form('u1@x', 'joe@u.example');
    const next = await form('u2@x', 'joe@u.example', claimed('u1@x'));
    expect(next.conversation.id).toBe(first.conversation.id);
    const evil = { identity: mailbox('form@evil.example'), standing: 'authenticated' } as const;
    const foreign = await form('u3@x', 'joe@u.example', claimed('u1@x'), evil as never);
    expect(foreign.entry.message?.authenticity?.joinRefused).toBe('not_participant');
    const same = await form('u1@x', 'joe2@u.example', [], evil as never);
    expect(same.conversation.id).not.toBe(first.conversation.id);
  });

  it('never shares a conversation with another sender who names the same customer and id', async () => {
    const first = await form('v1@x', 'ann@v.example');
    const evil = { identity: mailbox('form@evil.example'), standing: 'authenticated' } as const;
    const { conversation } = await write({
      ...{ id: 'v1@x', from: 'ann@v.example', standing: 'untrusted', sentFrom: evil },
    }).catch(() => first);
    const again = await form('v9@x', 'ann@v.example', claimed('v1@x'), evil as never);
    expect(again.conversation.id).not.toBe(first.conversation.id);
    expect(conversation.customerIdentities).toEqual([mailbox('ann@v.example')]);
  });

  it('reaches the true owner, who joins by the secret of our answer', async () => {
    const first = await form('w1@x', 'ann@w.example');
    const own = { id: 'w-secret', from: 'ann@w.example', standing: 'untrusted', sentFrom: shop };
    await write({ ...own, follows: claimed('w1@x') } as Mail);
    const { conversation } = await write({
      ...{ id: 'w2@x', from: 'ann@w.example', follows: secret('w-secret') },
    });
    expect(conversation.id).toBe(first.conversation.id);
  });

  it('speaks in its own name in a conversation that it has not begun for that customer', async () => {
    const first = await write({
      ...{ id: 'y1@x', from: 'victim@y.example', cc: ['eve@evil.example', 'olga@y.example'] },
    });
    const eve = { identity: mailbox('eve@evil.example'), standing: 'authenticated' } as const;
    for (const [id, claimed_] of [
      ['y2@x', 'victim@y.example'],
      ['y3@x', 'olga@y.example'],
      ['y4@x', 'boss@bank.example'],
    ] as const) {
      const { conversation, entry } = await form(id, claimed_, claimed('y1@x'), eve as never);
      expect(conversation).toMatchObject({
        ...{ id: first.conversation.id, customerName: 'victim@y.example' },
        customerIdentities: [mailbox('victim@y.example')],
      });
      expect(entry.message?.author.identity).toEqual(eve.identity);
      expect(entry.message?.contactId).toBeDefined();
      expect(entry.message?.contactId).not.toBe(conversation.contactId);
    }
  });

  it('is the customer of a conversation, who names another address for answers', async () => {
    const joe = { identity: mailbox('joe@x.example'), standing: 'authenticated' } as const;
    const first = await write({ id: 'x1@x', from: 'joe@x.example' });
    const next = await form('x2@x', 'joe@work.example', claimed('x1@x'), joe as never);
    expect(next.conversation.id).toBe(first.conversation.id);
    expect(next.conversation.customerIdentities).toEqual([mailbox('joe@x.example')]);
    expect(next.entry.message?.author.identity).toEqual(joe.identity);
    expect(next.entry.message).not.toHaveProperty('contactId');
  });
});
