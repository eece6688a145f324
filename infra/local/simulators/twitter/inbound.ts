import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type {
  SimulatedAccount,
  SimulatedInbound,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { tell } from './activity/tell.ts';
import { directMessageActivity, postActivities } from './events.ts';
import { keepPrivateFile, keepPublicFile } from './media/files.ts';
import { InboundMedia, newFile } from './media/samples.ts';
import { keepPost } from './messages/keep-post.ts';
import { handlesIn } from './messages/text.ts';
import { type State, type StoredPost, stateOf } from './state.ts';
import { brandOf, customerNamed, type SimulatedUser } from './users.ts';

const PostId = z.string().regex(/^\d{1,19}$/, 'expected the id of a post');

/** Fields of a customer's message beside those of every provider. */
export const inboundFields = {
  /** Its files: one of a direct message, up to four of a post. */
  media: z.array(InboundMedia).min(1).max(4).optional(),
  /** It is a post, whether or not its text begins with our name. */
  public: z.boolean().optional(),
  /** The post that this one answers. */
  inReplyTo: PostId.optional(),
  /** The post that this one quotes. */
  quotes: PostId.optional(),
  /** The customer's earlier post that this one takes the place of: X gives it a new id. */
  edits: PostId.optional(),
};
type Fields = z.output<z.ZodObject<typeof inboundFields>>;

/** A customer writes: a direct message, or a post where it begins with our name or its fields make it one. */
export async function inbound(message: SimulatedInbound, world: SimulatorWorld) {
  const { account: name, from, text } = message;
  const account = world.accounts.find((each) => name === undefined || each.account === name);
  if (!account) throw new BadCall(`no X account named ${name}`);
  const state = stateOf(world);
  const [brand, customer] = [brandOf(account), customerNamed(from, message.name)];
  state.users.set(brand.id, brand).set(customer.id, customer);
  const more = (message.more ?? {}) as Fields;
  const isPost =
    text.toLowerCase().startsWith(`@${brand.username.toLowerCase()}`) ||
    (more.public ?? [more.inReplyTo, more.quotes, more.edits].some(Boolean));
  const writing = { text, more, world, state, account, brand, customer };
  const { id, activities } = isPost ? writePost(writing) : writeMessage(writing);
  return { providerMessageId: id, status: await tell(activities, account, world) };
}

interface Writing {
  readonly text: string;
  readonly more: Fields;
  readonly world: SimulatorWorld;
  readonly state: State;
  readonly account: SimulatedAccount;
  readonly brand: SimulatedUser;
  readonly customer: SimulatedUser;
}

function writeMessage({ text, more, world, state, brand, customer }: Writing) {
  const { media = [] } = more;
  if (media.length > 1) throw new BadCall('media: a direct message has one file at most');
  const at = world.now();
  const id = state.nextId(at);
  const readers = [brand.id, customer.id];
  const files = media.map((each) => keepPrivateFile(newFile(each, at, state), id, readers, state));
  const message = { id, from: customer, to: brand, text, at, files };
  state.messages.push(message);
  return { id, activities: [directMessageActivity('dm.received', message, world.url())] };
}

function writePost({ text, more, world, state, brand, customer }: Writing) {
  const { media = [], inReplyTo, quotes, edits } = more;
  const at = world.now();
  const files = media.map((each) => keepPublicFile(newFile(each, at, state), state));
  const edited = state.posts.get(edits ?? '');
  if (edits && edited?.author.id !== customer.id) {
    throw new BadCall(`edits: ${customer.username} has written no post ${edits}`);
  }
  const post = keepPost(
    {
      ...{ author: customer, text, at, files, edits },
      inReplyTo: inReplyTo ?? edited?.inReplyTo?.postId,
      quotes: quotes ?? edited?.quotes,
    },
    state,
  );
  const types = eventTypesOf(post, brand, state);
  const activities = postActivities(types, post, state, world.url());
  return { id: post.id, activities };
}

/**
 * The events by which X tells of a post: one for each way in which it concerns us. An answer deeper in a conversation
 * names us without its text doing so, and has none; only the list of mentions shows it.
 */
function eventTypesOf(post: StoredPost, brand: SimulatedUser, state: State): readonly string[] {
  const isOurs = (id: string | undefined) => state.posts.get(id ?? '')?.author.id === brand.id;
  return [
    ...(handlesIn(post.text).includes(brand.username.toLowerCase()) ? ['post.mention.create'] : []),
    ...(isOurs(post.inReplyTo?.postId) ? ['post.reply.create'] : []),
    ...(isOurs(post.quotes) ? ['post.quote.create'] : []),
  ];
}
