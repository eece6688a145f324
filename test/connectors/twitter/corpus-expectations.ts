import * as z from 'zod';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { eventsOf, itemsOf } from './received.ts';

/** What a recorded event is expected to become, in the words that a helpdesk sees. */
interface Outcome {
  readonly kind: ChannelEvent['kind'] | 'unreadable';
  readonly [field: string]: unknown;
}

/** Our user in X's samples, and the customer. */
const us = '1111111111111111111';
const customer = '2222222222222222222';

type Expected = readonly [address: string, ...outcomes: Outcome[]];

const ignored = (reason: string): Outcome => ({ kind: 'ignored', reason });
const unreadable: Outcome = { kind: 'unreadable' };

interface Told {
  readonly id: string;
  readonly text: string;
  readonly from?: string;
  readonly [field: string]: unknown;
}

const message = ({ from = customer, ...more }: Told): Outcome => ({
  ...{ kind: 'message', direction: 'inbound', visibility: 'private' },
  ...{ content: 'text', attachments: [], customer: from },
  ...more,
});
const post = (more: Told): Outcome => message({ visibility: 'public', ...more });

/** The outcome of each file of the corpus, behind the user id of the account that gets it. */
export const expectations: ReadonlyMap<string, Expected> = new Map<string, Expected>([
  ['xaa/broadcast.chat.json', [us, ignored('our own words in the chat of a broadcast')]],
  ['xaa/broadcast.end.json', ['1234567890123456789', ignored('a broadcast')]],
  ['xaa/broadcast.start.json', ['1234567890123456789', ignored('a broadcast')]],
  [
    'xaa/chat.received.json',
    [us, { kind: 'alert', code: 'encrypted_message', details: { senderId: customer } }],
  ],
  ['xaa/chat.sent.json', [us, ignored('an encrypted message of our own')]],
  ['xaa/dm.received.json', [us, message({ id: '2080765901528535096', text: 'hello!' })]],
  [
    'xaa/dm.sent.json',
    [
      us,
      message({
        ...{ id: '2080763914820927863', text: 'Thanks for the update!' },
        ...{ direction: 'outbound', from: '2244994945' },
      }),
      { kind: 'status', status: 'delivered', target: '2080763914820927863' },
    ],
  ],
  ['xaa/follow.follow.json', [us, ignored('a follow')]],
  ['xaa/follow.unfollow.json', [us, ignored('a follow')]],
  ['xaa/like.create.json', [us, ignored('a like')]],
  ['xaa/news.new.json', ['1500000000000000001', ignored('news')]],
  [
    'xaa/oauth.revoke.json',
    [us, { kind: 'alert', code: 'credentials_revoked', details: { userId: us } }],
  ],
  ['xaa/post.create.json', [us, ignored('a post of ours that answers no customer')]],
  [
    'xaa/post.delete.json',
    [us, { kind: 'deletion', target: '2080761269309813134', by: 'business' }],
  ],
  [
    'xaa/post.mention.create.json',
    [us, post({ id: '2080765813578191303', text: 'hey @ExampleUser' })],
  ],
  [
    'xaa/post.quote.create.json',
    [
      us,
      post({
        id: '2090000000000000002',
        text: 'Adding some context to this. https://twitter.com/ExampleUser/status/2080761390344937796',
        inReplyTo: '2080761390344937796',
      }),
    ],
  ],
  [
    'xaa/post.reply.create.json',
    [
      us,
      post({
        ...{ id: '2090000000000000001', inReplyTo: '2080761390344937796' },
        text: '@ExampleUser Great post — thanks for sharing!',
      }),
    ],
  ],
  ['xaa/post.repost.create.json', [us, ignored('a repost')]],
  ...['banner_picture', 'bio', 'geo', 'profile_picture', 'screenname', 'url'].map(
    (part) => [`xaa/profile.update.${part}.json`, [us, ignored('a change of a profile')]] as const,
  ),
  ['xaa/spaces.end.json', [us, ignored('a space')]],
  ['xaa/spaces.start.json', [us, ignored('a space')]],
  [
    'aaa/direct_message_events.json',
    ['4337869213', message({ id: '954491830116155396', text: 'Hello World!', from: '3001969357' })],
  ],
  ['aaa/direct_message_indicate_typing_events.json', ['4337869213', ignored('typing')]],
  ['aaa/direct_message_mark_read_events.json', ['4337869213', ignored('a read receipt')]],
  [
    'aaa/message-create-object.documented.json',
    [
      '1234858592',
      message({
        ...{ id: '1234858592', text: 'Blue Bird', from: '3805104374' },
        content: 'interactive_reply',
        attachments: ['other pending dm_events/1234858592#0'],
      }),
    ],
  ],
  ['aaa/replay_job_status.complete.json', ['1500000000000000001', ignored('the end of a replay')]],
  // Its post has no author: the documentation left the user out.
  ['aaa/support-for-longform-posts.placeholder.json', ['1603419180975409153', unreadable]],
  [
    'aaa/tweet_delete_events.json',
    ['930524282358325248', { kind: 'deletion', target: '1045405559317569537', by: 'business' }],
  ],
  [
    'aaa/user_event.json',
    ['63046977', { kind: 'alert', code: 'credentials_revoked', details: { userId: '63046977' } }],
  ],
  ...placeholders(),
]);

/** Files of which the documentation left out the user or the post. */
function placeholders() {
  const reasons: readonly (readonly [string, Outcome])[] = [
    ['block_events', ignored('a block')],
    ['unblock_events', ignored('a block')],
    ['mute_events', ignored('a mute')],
    ['unmute_events', ignored('a mute')],
    ['follow_events', ignored('a follow')],
    ['unfollow_events', ignored('a follow')],
    ['favorite_events', ignored('a like')],
    ['tweet_create_events-mentions', unreadable],
    ['tweet_create_events-posts-retweets-replies-quotetweets', unreadable],
  ];
  return reasons.map(
    ([name, outcome]) => [`aaa/${name}.placeholder.json`, ['2244994945', outcome]] as const,
  );
}

const Body = z.looseObject({ message_create: z.unknown().optional() });

/** What a file becomes; a bare message object is put into the envelope it is documented for. */
export function read(text: string, address: string): readonly Outcome[] {
  const named = Body.parse(JSON.parse(text));
  const isBare = named.message_create !== undefined;
  const body = isBare ? { for_user_id: address, direct_message_events: [named] } : named;
  return itemsOf(body, address).flatMap((item): readonly Outcome[] => {
    if (item.unreadable !== undefined) return [{ kind: 'unreadable', reason: item.unreadable }];
    try {
      return eventsOf(item, address).map(outcomeOf);
    } catch (fault) {
      if (fault instanceof ConnectorError && fault.code === 'unreadable_payload')
        return [unreadable];
      throw fault;
    }
  });
}

function outcomeOf(event: ChannelEvent): Outcome {
  switch (event.kind) {
    case 'message': {
      const { direction, visibility, text, content, customer: who, attachments } = event;
      const inReplyTo = event.inReplyToProviderMessageId;
      return {
        ...{ kind: 'message', direction, visibility, text, content: content.type },
        ...{ id: event.providerMessageId, customer: who.identities[0].address },
        attachments: attachments.map(
          (each) => `${each.kind} ${each.state} ${each.providerReference}`,
        ),
        ...(inReplyTo === undefined ? {} : { inReplyTo }),
      };
    }
    case 'status':
      return { kind: 'status', status: event.status, target: event.target.providerMessageId };
    case 'deletion': {
      const by = event.by === 'business' ? event.by : event.by.identities[0].address;
      return { kind: 'deletion', target: event.target.providerMessageId, by };
    }
    case 'alert':
      return { kind: 'alert', code: event.code, details: event.details };
    default:
      return { ...event };
  }
}
