import type { StoredFile } from '#infra/local/simulators/twitter/media/files';
import type { State, StoredPost } from '#infra/local/simulators/twitter/state';
import type { SimulatedUser } from '#infra/local/simulators/twitter/users';
import { handlesIn } from './text.ts';

interface NewPost {
  readonly author: SimulatedUser;
  readonly text: string;
  readonly at: Date;
  /** The id of the post that it answers, which need not be known here. */
  readonly inReplyTo?: string | undefined;
  readonly quotes?: string | undefined;
  /** The id of the post that it takes the place of. */
  readonly edits?: string | undefined;
  readonly files: readonly StoredFile[];
}

/**
 * Keeps a post. An answer goes on naming the people of its conversation, whether or not its text does: X calls that an
 * automatic mention.
 */
export function keepPost(post: NewPost, state: State): StoredPost {
  const { author, text, at, inReplyTo, quotes, edits, files } = post;
  const id = state.nextId(at);
  const answered = state.posts.get(inReplyTo ?? '');
  const edited = state.posts.get(edits ?? '');
  const handles = handlesIn(text);
  const explicit = [...state.users.values()].filter(({ username }) =>
    handles.includes(username.toLowerCase()),
  );
  const inherited = answered ? [answered.author.id, ...answered.mentions] : [];
  const mentions = new Set([...explicit.map((user) => user.id), ...inherited]);
  mentions.delete(author.id);
  const kept: StoredPost = {
    ...{ id, author, text, at, files, mentions: [...mentions] },
    conversationId: edited?.conversationId ?? answered?.conversationId ?? inReplyTo ?? id,
    earlierIds: edited ? [...edited.earlierIds, edited.id] : [],
    ...(inReplyTo ? { inReplyTo: { postId: inReplyTo, userId: answered?.author.id } } : {}),
    ...(quotes ? { quotes } : {}),
  };
  state.posts.set(id, kept);
  return kept;
}
