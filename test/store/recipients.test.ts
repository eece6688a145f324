import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { JoinsNothing } from '#shared/aws/store/append/joins-nothing';
import { appendReply } from '#shared/aws/store/sending/accept';
import { leasePart } from '#shared/aws/store/sending/lease';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { readConversation, readEntry } from '#shared/aws/store/table';
import { applyChannelUpdate, applyChannelUpdates } from '#shared/aws/store/update/channel-update';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { ReplyCommand } from '#shared/model/reply';
import { messageParts } from '#shared/table/parts';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, phone, textMessage } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

let counted = 0;
let conversationId = '';
const sesId = () => `ses-${counted}`;
const anna = 'anna@customer.example';
const bob = 'bob@customer.example';
const sequence = 2;
const at = '2026-11-21T10:00:06.000Z';

/** A reply that the provider has taken, in a conversation of its own. */
beforeEach(async () => {
  const { table } = emulators;
  counted += 1;
  const customer = { identities: [phone(`4900${counted}`)] } as const;
  const { conversation } = await appendMessage(
    table,
    origin,
    textMessage(`in-${counted}`, 'hello', { customer }),
  );
  conversationId = conversation.id;
  const command = {
    replyId: `r${counted}`,
    conversationId,
    content: { type: 'text', text: 'a reply' },
  };
  await appendReply(table, ReplyCommand.parse(command), {}, origin.receivedAt);
  const lease = { part: 0, parts: 1, leaseUntil: '2026-11-21T10:01:00.000Z', at };
  await leasePart(table, { conversationId, sequence }, lease);
  const sent = { part: 0, at, providerMessageId: sesId() };
  await recordSent(table, await readConversation(table, conversationId), sequence, sent);
});

type Status = ChannelUpdate & { readonly kind: 'status' };

async function report(
  value: Status['status'],
  recipient?: string,
  more: Partial<Status> = {},
): Promise<{ status: string | undefined; codes: string[]; parts: unknown; told: boolean }> {
  const id = `${sesId()}:${value}:${recipient ?? '-'}:${more.errors?.[0]?.code ?? ''}`;
  const target = { providerMessageId: sesId() };
  const isOfServer = recipient !== undefined && more.recipients === undefined;
  const named =
    recipient === undefined ? {} : { recipient, ...(isOfServer && { mayBeOnly: true as const }) };
  const update: Status = {
    kind: 'status',
    id,
    target,
    status: value,
    occurredAt: at,
    ...named,
    ...more,
  };
  const { outcome, changed } = await applyChannelUpdate(emulators.table, origin, update);
  if (!changed) throw new Error(`nothing is known: ${outcome}`);
  const { entry } = changed;
  const last = entry.pending.at(-1);
  return {
    status: entry.status,
    codes: (entry.errors ?? []).map(({ code }) => code),
    parts: messageParts(entry)?.map(({ recipient: of, status }) => [of, status]),
    told: outcome === 'applied' && last?.kind === 'status' && last.status === entry.status,
  };
}

const several = { recipients: [anna, bob] };
const undeliverable = {
  errors: [{ code: 'undeliverable', title: 'no', retryable: false }],
} as const;
const delayed = {
  errors: [{ code: 'delivery_delayed', title: 'later', retryable: false }],
} as const;

describe('a message with several recipients', () => {
  it('is delivered when it is delivered to all', async () => {
    expect(await report('delivered', anna, several)).toMatchObject({
      status: 'sent',
      parts: [
        [anna, 'delivered'],
        [bob, 'sent'],
      ],
    });
    expect(await report('delivered', bob, several)).toMatchObject({
      status: 'delivered',
      parts: [
        [anna, 'delivered'],
        [bob, 'delivered'],
      ],
    });
  });

  it('failed when one did not get it, and says who did', async () => {
    await report('sent', undefined, several);
    await report('failed', anna, { ...several, ...undeliverable });
    expect(await report('delivered', bob, several)).toMatchObject({
      status: 'failed',
      codes: ['sent_in_part'],
      parts: [
        [anna, 'failed'],
        [bob, 'delivered'],
      ],
    });
  });

  it('in whatever order the reports come', async () => {
    await report('delivered', bob, several);
    await report('sent', undefined, several);
    expect(await report('failed', anna, { ...several, ...undeliverable })).toMatchObject({
      status: 'failed',
      codes: ['sent_in_part'],
      parts: [
        [anna, 'failed'],
        [bob, 'delivered'],
      ],
    });
  });

  it('fails for the one that a server names, which does not know the others', async () => {
    await report('sent', undefined, several);
    expect(await report('failed', bob, undeliverable)).toMatchObject({
      status: 'failed',
      parts: [
        [anna, 'sent'],
        [bob, 'failed'],
      ],
    });
  });
});

describe('a message to several of whom no provider has told', () => {
  const mailbox = (address: string) =>
    ({ channel: 'email', kind: 'mailbox', scope: '', address }) as const;

  it('fails for the one that a server names, and for no other', async () => {
    const { table } = emulators;
    const command = ReplyCommand.parse({
      ...{ replyId: `both-${counted}`, conversationId },
      content: { type: 'text', text: 'to both' },
    });
    const recipients = { to: [mailbox(anna)], cc: [mailbox(bob)], bcc: [] };
    await appendReply(table, command, { recipients }, origin.receivedAt);
    const lease = { part: 0, parts: 1, leaseUntil: '2026-11-21T10:01:00.000Z', at };
    await leasePart(table, { conversationId, sequence: 3 }, lease);
    const sent = { part: 0, at, providerMessageId: `both-${sesId()}` };
    await recordSent(table, await readConversation(table, conversationId), 3, sent);
    const { changed } = await applyChannelUpdate(table, origin, {
      ...{ id: 'x', target: { providerMessageId: `both-${sesId()}` }, ...undeliverable },
      ...{ kind: 'status', status: 'failed', mayBeOnly: true, recipient: bob },
    });
    expect(changed?.entry.errors).toMatchObject([{ code: 'sent_in_part' }]);
    expect(changed && messageParts(changed.entry)).toMatchObject([
      { recipient: anna, status: 'sent' },
      { recipient: bob, status: 'failed' },
    ]);
  });
});

describe('a report that names an address to which the message did not go', () => {
  const nobody = 'nobody@elsewhere.example';
  const reported = async (more: Partial<Status>) => {
    const update: Status = {
      ...{ kind: 'status', id: `report-${sesId()}`, target: { providerMessageId: sesId() } },
      ...{ status: 'failed', mayBeOnly: true, ...undeliverable, ...more },
    };
    const told: string[] = [];
    const [result] = await applyChannelUpdates(
      ...[emulators.table, origin, [{ update, receivedAt: at }]],
      async ({ conversation, entry }) => {
        const alert = await readEntry(emulators.table, conversation.id, entry.sequence);
        told.push(alert?.alert?.code ?? 'a message');
      },
    );
    const entry = await readEntry(emulators.table, conversationId, sequence);
    const parts = entry && messageParts(entry)?.map(({ recipient: of, status }) => [of, status]);
    return { outcome: result?.outcome, status: entry?.status, parts, told };
  };
  const arrived = async () => {
    await report('delivered', anna, several);
    await report('delivered', bob, several);
  };
  const bothDelivered = [
    [anna, 'delivered'],
    [bob, 'delivered'],
  ];

  it.each([nobody, undefined])('changes none of several, and is told: %s', async (recipient) => {
    await arrived();
    expect(await reported(recipient === undefined ? {} : { recipient })).toEqual({
      ...{ outcome: 'elsewhere', status: 'delivered', parts: bothDelivered },
      told: ['unexplained_bounce'],
    });
  });

  it('is of the recipient that another of its names is', async () => {
    await arrived();
    expect(await reported({ recipient: nobody, aliases: [bob] })).toMatchObject({
      status: 'failed',
      parts: [
        [anna, 'delivered'],
        [bob, 'failed'],
      ],
    });
  });

  it('changes nothing by a delivery or a reading', async () => {
    await arrived();
    expect(await reported({ recipient: nobody, status: 'read', errors: [] })).toEqual({
      ...{ outcome: 'elsewhere', status: 'delivered', parts: bothDelivered, told: [] },
    });
  });

  it.each<[string, Partial<Status>, boolean]>([
    ['takes no address by the name of another', { recipient: nobody }, false],
    ['takes its address where it names none', {}, true],
  ])('is of the only recipient; %s', async (_, more, isTaken) => {
    const consent = {
      ...{ category: 'deliverability', evidence: '5.1.1' },
      ...({ state: 'revoked', source: 'bounce' } as const),
    };
    const { changed } = await applyChannelUpdate(emulators.table, origin, {
      ...{ id: 'x', target: { providerMessageId: sesId() }, consent, ...more },
      ...{ kind: 'status', status: 'failed', mayBeOnly: true },
    });
    expect(changed?.entry.status).toBe('failed');
    expect(changed && messageParts(changed.entry)).toBeUndefined();
    const last = changed?.entry.pending.at(-1);
    expect(last?.kind === 'status' && last.consent).toEqual(isTaken ? consent : undefined);
  });
});

describe('a message with one recipient', () => {
  it('has no parts, also where a report names the recipient', async () => {
    expect(await report('failed', anna, undeliverable)).toEqual({
      ...{ status: 'failed', codes: ['undeliverable'], parts: undefined, told: true },
    });
  });
});

describe('a delay', () => {
  it('is told beside the status, once, and is over with the delivery', async () => {
    const told = { status: 'sent', codes: ['delivery_delayed'] };
    expect(await report('sent', anna, delayed)).toMatchObject({ ...told, told: true });
    expect(await report('sent', anna, delayed)).toMatchObject({ ...told, told: false });
    expect(await report('delivered', anna)).toMatchObject({
      status: 'delivered',
      codes: [],
      told: true,
    });
  });

  it('that is told late changes nothing', async () => {
    await report('delivered');
    expect(await report('sent', anna, delayed)).toMatchObject({ status: 'delivered', codes: [] });
  });

  it('ends with the failure', async () => {
    await report('sent', anna, delayed);
    expect(await report('failed', anna, undeliverable)).toMatchObject({
      status: 'failed',
      codes: ['undeliverable'],
    });
  });

  it('of one of several leaves the others as they are', async () => {
    await report('sent', anna, { ...several, ...delayed });
    expect(await report('delivered', bob, several)).toMatchObject({
      status: 'sent',
      codes: ['delivery_delayed'],
    });
    expect(await report('delivered', anna, several)).toMatchObject({
      status: 'delivered',
      codes: [],
    });
  });
});

describe('the consent that a report takes', () => {
  const consent = {
    category: 'deliverability',
    state: 'revoked',
    evidence: '5.1.1',
    source: 'bounce',
  } as const;
  const consentAfter = async (more: Partial<Status>) => {
    const target = { providerMessageId: sesId() };
    const update: Status = { kind: 'status', id: 'x', target, status: 'failed', consent, ...more };
    const { changed } = await applyChannelUpdate(emulators.table, origin, update);
    const last = changed?.entry.pending.at(-1);
    return last?.kind === 'status' ? last.consent : undefined;
  };

  it('is that of a recipient of the message', async () => {
    expect(await consentAfter({ consentOf: phone(`4900${counted}`) })).toEqual(consent);
  });

  it("and never another person's, whom one recipient may name", async () => {
    expect(await consentAfter({ consentOf: phone('4999') })).toBeUndefined();
  });

  it("unless the provider's own list has them", async () => {
    const of = { recipient: '4999', recipients: ['4999', '4900'], consentOf: phone('4999') };
    expect(await consentAfter(of)).toEqual(consent);
  });
});

describe('a message that only joins', () => {
  const notice = (follows: string, customer: string) =>
    textMessage(`notice-${counted}-${follows}-${customer}`, 'reported', {
      customer: { identities: [phone(customer)] },
      content: { type: 'notice', kind: 'complaint' },
      thread: {
        key: `notice-${counted}`,
        follows: [{ providerMessageId: follows, proof: 'secret' }],
      },
      joinsOnly: true,
    });

  it('joins the conversation of the message that it is about', async () => {
    const { conversation } = await appendMessage(
      emulators.table,
      origin,
      notice(sesId(), `4900${counted}`),
    );
    expect(conversation.id).toBe(conversationId);
  });

  it('opens none: not of an unknown message, nor of somebody who did not get it', async () => {
    for (const message of [notice('ses-unknown', `4900${counted}`), notice(sesId(), '4977')]) {
      await expect(appendMessage(emulators.table, origin, message)).rejects.toThrow(JoinsNothing);
    }
  });
});
