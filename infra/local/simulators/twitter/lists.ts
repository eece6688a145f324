import * as z from 'zod';
import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatedSend,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { invalidRequest, json } from './answers.ts';
import { escaped } from './events.ts';
import type { TakenRequest } from './requests.ts';

const PageSize = (least: number, usual: number) =>
  z.coerce.number().int().min(least).max(100).default(usual);
const commaSeparated = <Names extends readonly [string, ...string[]]>(names: Names) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(names)).min(1));

/** The query of a conversation's list, as X takes it. Strict, as X is. */
const DirectMessageQuery = z.strictObject({
  max_results: PageSize(1, 100),
  event_types: commaSeparated([
    'MessageCreate',
    'ParticipantsJoin',
    'ParticipantsLeave',
  ]).optional(),
  'dm_event.fields': commaSeparated(['created_at', 'entities', 'event_type', 'id', 'text']).default(
    [],
  ),
  expansions: commaSeparated(['participant_ids', 'sender_id']).default([]),
});

/** The query of a timeline, as far as it is simulated. */
const PostQuery = z.strictObject({
  max_results: PageSize(5, 10),
  start_time: z.iso.datetime().optional(),
});

/** `GET /2/dm_conversations/with/{id}/dm_events`: our own messages to this customer, newest first. */
export function listDirectMessages(
  { query }: ApiRequest,
  { sent }: SimulatorWorld,
  { address }: SimulatedAccount,
  customerId: string,
): ApiAnswer {
  const asked = DirectMessageQuery.safeParse(Object.fromEntries(query));
  if (!asked.success) return invalidRequest(z.prettifyError(asked.error));
  const { expansions, max_results } = asked.data;
  const events = sent
    .filter((send) => isBy(send, address, '/messages') && send.to === customerId)
    .map(({ messageId, text }) => ({
      id: messageId,
      event_type: 'MessageCreate',
      text: escaped(text),
      ...(expansions.includes('sender_id') ? { sender_id: address } : {}),
    }));
  return page(events, max_results);
}

/** `GET /2/users/{id}/tweets`: our own posts, newest first. */
export function listPosts(
  { query }: ApiRequest,
  { sent }: SimulatorWorld,
  { address }: SimulatedAccount,
): ApiAnswer {
  const asked = PostQuery.safeParse(Object.fromEntries(query));
  if (!asked.success) return invalidRequest(z.prettifyError(asked.error));
  const { start_time = new Date(0).toISOString(), max_results } = asked.data;
  const posts = sent
    .filter(
      (send) => isBy(send, address, '/tweets') && Date.parse(send.at) >= Date.parse(start_time),
    )
    .map(({ messageId: id, text }) => ({
      id,
      text: escaped(text),
      edit_history_tweet_ids: [id],
    }));
  return page(posts, max_results);
}

function isBy({ request }: SimulatedSend, senderId: string, pathEnd: string): boolean {
  const made = request as TakenRequest;
  return made.senderId === senderId && made.path.endsWith(pathEnd);
}

/** An empty list has no `data`; a list that goes on has a token. */
function page(oldestFirst: readonly object[], maxResults: number): ApiAnswer {
  const data = oldestFirst.toReversed().slice(0, maxResults);
  const conversation = {
    result_count: data.length,
    ...(oldestFirst.length > data.length
      ? { next_token: '7140dibdnow9c7btw3w29grvxfcgvpb9n9' }
      : {}),
  };
  return json(200, data.length > 0 ? { data, conversation } : { conversation });
}
