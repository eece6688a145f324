import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parse } from '#connectors/whatsapp/parser';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { Attachment } from '#shared/model/attachment';
import { Content } from '#shared/model/content';
import { DeliveryError } from '#shared/model/delivery-status';
import { Identity } from '#shared/model/identity';
import { account, eventsOf, itemsOf } from './signed-webhook.ts';

const folder = new URL('../../fixtures/whatsapp/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('reading a webhook', () => {
  it('has fixtures', () => {
    expect(files.length).toBeGreaterThanOrEqual(15);
  });

  it.each(files)('gives the events of %s', async (name) => {
    const { webhook, events } = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    const read = (await Promise.all(itemsOf(webhook).map(eventsOf))).flat();
    expect(read).toMatchObject(events);
    expect(read).toHaveLength(events.length);
    for (const event of read) expectCanonical(event);
  });

  it('turns red for an event that is not in the fixture', async () => {
    const { webhook } = JSON.parse(readFileSync(new URL('text-bsuid-only.json', folder), 'utf8'));
    const read = (await Promise.all(itemsOf(webhook).map(eventsOf))).flat();
    expect(() => expect(read).toMatchObject([{ text: 'something else' }])).toThrow();
  });

  it('refuses a message of nobody, naming what is missing', () => {
    const payload = {
      id: 'wamid.1',
      field: 'messages',
      message: { id: 'wamid.1', type: 'text', text: { body: 'secret words' } },
    };
    const fault = faultOf(payload);
    expect(fault).toMatchObject({ code: 'unreadable_payload' });
    expect(fault?.message).toContain('no phone');
    expect(fault?.message).not.toContain('secret words');
  });

  it('refuses a status without a message id, naming the field', () => {
    const fault = faultOf({ id: 'x', field: 'messages', status: { status: 'sent' } });
    expect(fault).toMatchObject({ code: 'unreadable_payload' });
    expect(fault?.message).toContain('id');
  });

  it('refuses what is no item, and settings that are none', () => {
    for (const payload of [undefined, null, 7, 'x', [], {}, { id: '', field: 'messages' }]) {
      expect(faultOf(payload)).toMatchObject({ code: 'unreadable_payload' });
    }
    expect(faultOf({ id: 'x', field: 'security' }, {})).toMatchObject({ code: 'misconfigured' });
  });

  it('names a message without an id by its content', async () => {
    const [item] = itemsOf({
      entry: [
        {
          changes: [
            {
              field: 'messages',
              value: { messages: [{ from: '4915112345', type: 'text', text: { body: 'x' } }] },
            },
          ],
        },
      ],
    });
    if (!item) throw new Error('no item');
    const [event] = await eventsOf(item);
    expect(event).toMatchObject({
      providerMessageId: item.deduplicationId,
      business: { address: account.address },
    });
  });
});

/** The canonical schemas take it as it is. */
function expectCanonical(event: ChannelEvent): void {
  if ('content' in event) Content.parse(event.content);
  if ('customer' in event) z.array(Identity).parse(event.customer.identities);
  if ('errors' in event) z.array(DeliveryError).parse(event.errors ?? []);
  if (event.kind === 'message') z.array(Attachment.omit({ id: true })).parse(event.attachments);
}

function faultOf(payload: unknown, settings: unknown = account): ConnectorError | undefined {
  try {
    void parse({ payload, account: settings });
    return undefined;
  } catch (fault) {
    if (fault instanceof ConnectorError) return fault;
    throw fault;
  }
}
