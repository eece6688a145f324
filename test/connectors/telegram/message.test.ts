import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/telegram/parser';
import { account, itemsOf, throughQueue } from './signed-webhook.ts';

const chat = { id: 5550142001, type: 'private', first_name: 'Ada' };
const ada = { id: 5550142001, is_bot: false, first_name: 'Ada' };
const bot = { id: 7005550006, is_bot: true, first_name: 'Shop' };
const placed = { message_id: 7, date: 1795305600, chat, from: ada };
const parsed = async (update: object) => {
  const [item] = itemsOf({ update_id: 1, ...update });
  const events = await parse({ payload: throughQueue(item?.payload), account });
  expect(events).toHaveLength(1);
  return events[0];
};
const read = (more: object) => parsed({ message: { ...placed, ...more } });

/** The fields that are about a message: Bot API 10.2 ("Message"), and the older ones that still come beside them. */
const about = [
  ...['message_thread_id', 'sender_chat', 'guest_query_id', 'business_connection_id'],
  ...['is_topic_message', 'direct_messages_topic', 'sender_tag', 'receiver_user'],
  ...['ephemeral_message_id', 'sender_boost_count', 'sender_business_bot', 'forward_origin'],
  ...['is_automatic_forward', 'reply_to_message', 'reply_to_checklist_task_id', 'is_paid_post'],
  ...['reply_to_poll_option_id', 'external_reply', 'quote', 'reply_to_story', 'via_bot'],
  ...['guest_bot_caller_user', 'guest_bot_caller_chat', 'edit_date', 'has_protected_content'],
  ...['show_caption_above_media', 'is_from_offline', 'author_signature', 'link_preview_options'],
  ...['effect_id', 'paid_star_count', 'reply_markup', 'caption_entities', 'media_group_id'],
  ...['has_media_spoiler', 'forward_from', 'forward_from_chat', 'forward_from_message_id'],
  ...['forward_signature', 'forward_sender_name', 'forward_date'],
];

describe('a message on Telegram', () => {
  it.each(about)('is not named after %s, which is about it', async (name) => {
    // The queue sorts the members, and this one comes behind all of them.
    expect(await read({ [name]: { id: 1 }, web_app_data: {} })).toMatchObject({
      content: { type: 'unsupported', providerType: 'web_app_data' },
    });
  });

  it.each(['message_auto_delete_timer_changed', 'hologram', 'forum_topic_created'])(
    'is named after %s, which is its content',
    async (name) => {
      expect(await read({ [name]: {} })).toHaveProperty('content.providerType', name);
    },
  );

  it('keeps the words beside content that is not read', async () => {
    expect(await read({ paid_media: { star_count: 1 }, caption: 'only today' })).toMatchObject({
      ...{ text: 'only today', content: { type: 'unsupported', providerType: 'paid_media' } },
    });
    const edited_message = { ...placed, edit_date: 1795305630, paid_media: {}, caption: 'sold' };
    expect(await parsed({ edited_message })).toMatchObject({ kind: 'edit', text: 'sold' });
  });

  it.each(['pinned_message', 'refunded_payment'])(
    'is ours where it tells of a %s by the bot',
    async (name) => {
      const told = { [name]: { message_id: 3 } };
      expect(await read({ ...told, from: bot })).toMatchObject({
        ...{ kind: 'message', direction: 'outbound', content: { providerType: name } },
        customer: { identities: [{ address: '5550142001' }], displayName: 'Ada' },
      });
      expect(await read(told)).toMatchObject({ direction: 'inbound' });
      const edited_message = { ...placed, ...told, from: bot };
      expect(await parsed({ edited_message })).toMatchObject({ kind: 'edit', by: 'business' });
    },
  );

  it('tells a customer’s own number from the card of another person', async () => {
    const card = { phone_number: '+4930901820', first_name: 'Ada' };
    const own = await read({ contact: { ...card, user_id: ada.id } });
    expect(own).toHaveProperty('content.contacts.0.origin', 'contact_request');
    for (const user_id of [undefined, 5550142009, '5550142001']) {
      const other = await read({ contact: { ...card, user_id } });
      expect(other).toMatchObject({ content: { contacts: [{ phones: ['+4930901820'] }] } });
      expect(other).not.toHaveProperty('content.contacts.0.origin');
    }
  });
});

describe('an update of a business account', () => {
  it.each([
    'business_connection',
    'business_message',
    'edited_business_message',
    'deleted_business_messages',
  ])('is nothing that the customer said: %s', async (name) => {
    const from = { id: 111, is_bot: false, first_name: 'Owner' };
    const value = { ...placed, business_connection_id: 'b', from, text: 'written by the owner' };
    expect(await parsed({ [name]: value })).toEqual({
      kind: 'ignored',
      reason: 'business_account',
    });
  });
});
