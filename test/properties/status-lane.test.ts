import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatusesMessage } from '#shared/model/statuses';
import { laned, metaStatus } from '#test/support/replies/status-records';
import { parameters } from './parameters.ts';

const name = fc.constantFrom('sent', 'delivered', 'read', 'played', 'failed', 'warning', 'deleted');
const member = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(name, fc.nat(400)) },
  { weight: 1, arbitrary: fc.tuple(name, fc.constantFrom(20_000, 29_000, 40_000, 120_000)) },
);

/** Sent call by call, received and deleted ten at a time: SQS counts a request for each 64 KB. */
function requestsFor(batches: readonly (readonly string[])[]): number {
  const sent = batches.map((batch) => Math.ceil(batch.join('').length / 65_536));
  const bodies = batches.flat();
  const received = Array.from({ length: Math.ceil(bodies.length / 10) }, (_, index) => {
    const bytes = bodies.slice(index * 10, index * 10 + 10).join('').length;
    return Math.ceil(bytes / 65_536);
  });
  const deleted = received.length;
  return [...sent, ...received].reduce((sum, each) => sum + each, 0) + deleted;
}

describe('statuses on their way from a door', () => {
  it('go each exactly once: the known and small ones ten to a message, all else the way of messages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(member, { minLength: 1, maxLength: 60 }), async (members) => {
        fc.pre(members.every(([, bytes]) => bytes < 100_000));
        const statuses = members.map(([status, bytes], index) =>
          metaStatus(`wamid.${index}`, status, { note: 'x'.repeat(bytes) }),
        );
        const sent = await laned({ statuses });
        const packed = sent.statuses.flat().map((body) => StatusesMessage.parse(JSON.parse(body)));
        for (const { items } of packed) expect(items.length).toBeLessThanOrEqual(10);
        for (const body of sent.statuses.flat()) {
          expect(/^[\x20-\x7e]*$/.test(body)).toBe(true);
          expect(body.length).toBeLessThanOrEqual(65_536);
        }
        for (const batch of sent.statuses) {
          expect(batch.length).toBeLessThanOrEqual(10);
          expect(batch.join('').length).toBeLessThanOrEqual(1_048_576);
        }
        const lane = packed.flatMap(({ items }) => items.map((each) => each.deduplicationId));
        const isFor = ([status, bytes]: readonly [string, number]) =>
          !['warning', 'deleted'].includes(status) && bytes < 29_500;
        const wanted = members.flatMap((each, index) =>
          isFor(each) ? [`wamid.${index}:${each[0]}:-`] : [],
        );
        expect(lane).toEqual(wanted);
        const rest = sent.ingress
          .flat()
          .flatMap((body) => JSON.parse(body).items ?? [JSON.parse(body)]);
        expect(rest).toHaveLength(members.length - wanted.length);
      }),
      parameters(60),
    );
  });

  it('leave edits, reactions and deletions where messages are, in their order, whatever stands beside them', async () => {
    const id = (number: number) => `wamid.member${number}`;
    const from = { from: '16505551234', timestamp: '1795255200' };
    const text = { type: 'text', text: { body: 'corrected' } };
    const kinds = [
      (number: number) => ({ id: id(number), ...from, ...text }),
      (number: number) => ({
        ...{ id: id(number), ...from, type: 'edit' },
        edit: { original_message_id: id(0), message: text },
      }),
      (number: number) => ({
        ...{ id: id(number), ...from, type: 'reaction' },
        reaction: { message_id: id(0), emoji: '\u{1F44D}' },
      }),
      (number: number) => ({
        ...{ id: id(number), ...from, type: 'revoke' },
        revoke: { original_message_id: id(0) },
      }),
      // What a later Meta may call so.
      (number: number) => ({ id: id(number), ...from, type: 'status', status: 'delivered' }),
    ];
    const lists = fc.record({
      messages: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 12 }),
      statuses: fc.array(fc.constantFrom('sent', 'delivered', 'read'), { maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(lists, async ({ messages, statuses }) => {
        const sent = await laned({
          messages: messages.map((write, number) => write(number)),
          statuses: statuses.map((value, index) => metaStatus(`wamid.${index}`, value)),
        });
        const lane = sent.statuses.flat().flatMap((body) => JSON.parse(body).items as unknown[]);
        expect(lane).toHaveLength(statuses.length);
        expect(JSON.stringify(lane)).not.toContain('wamid.member');
        const rest = sent.ingress
          .flat()
          .flatMap((body) => JSON.parse(body).items ?? [JSON.parse(body)]);
        const ids = rest.map(({ payload }) => payload.message.id);
        expect(ids).toEqual(messages.map((_, number) => id(number)));
      }),
      parameters(60),
    );
  });

  it('of one account share a group, a valid one that names nobody', async () => {
    const { groups } = await laned({ statuses: [metaStatus('wamid.1', 'sent')] });
    expect(groups).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  it('are a hundred messages of ten for a webhook of a thousand, in ten calls, and none for messages', async () => {
    const statuses = Array.from({ length: 1000 }, (_, index) =>
      metaStatus(`wamid.${index}`, 'delivered', { note: 'x'.repeat(300) }),
    );
    const messages = [{ from: '1650', id: 'wamid.text', type: 'text', text: { body: 'hi' } }];
    const sent = await laned({ statuses, messages });
    expect(sent.statuses.map((batch) => batch.length)).toEqual(Array(10).fill(10));
    expect(sent.ingress).toHaveLength(1);
    expect(requestsFor(sent.statuses) / 1000).toBeLessThanOrEqual(0.1);
  });
});
