/** The reasons why events of these types go no further: no customer says anything in them. */
const reasons: ReadonlyMap<string, string> = new Map([
  ['chat.sent', 'an encrypted message of our own'],
  ['dm.read', 'a read receipt'],
  ['direct_message_mark_read_events', 'a read receipt'],
  ['dm.indicate_typing', 'typing'],
  ['direct_message_indicate_typing_events', 'typing'],
  ['like.create', 'a like'],
  ['favorite_events', 'a like'],
  ['follow_events', 'a follow'],
  ['block_events', 'a block'],
  ['mute_events', 'a mute'],
  ['broadcast.start', 'a broadcast'],
  ['broadcast.end', 'a broadcast'],
  ['news.new', 'news'],
  ['replay_job_status', 'the end of a replay'],
  ['user_undelete', 'a deleted account that came back'],
  ['tweet_edit', 'a post that was edited: its new version comes as a post'],
]);

/** The same for whole families of types. */
const families: readonly (readonly [prefix: string, reason: string])[] = [
  ['follow.', 'a follow'],
  ['block.', 'a block'],
  ['mute.', 'a mute'],
  ['spaces.', 'a space'],
  ['profile.update.', 'a change of a profile'],
  ['chat.conversation', 'a change of an encrypted group'],
  ['chat.update.', 'a change of an encrypted group'],
  ['user_', 'a change of an account'],
];

/**
 * Compliance events that erase nothing and are kept: X asks that such posts and accounts are not shown any more, or not
 * in some countries, and a person decides what that means for a conversation.
 */
const keptReasons: ReadonlyMap<string, string> = new Map([
  ['drop', 'a post that X took out of view'],
  ['undrop', 'a post that X shows again'],
  ['withheld', 'a post that X withholds in some countries'],
  ['user_withheld', 'an account that X withholds in some countries'],
  ['user_suspend', 'an account that X suspended'],
  ['user_unsuspend', 'an account that X does not suspend any more'],
  ['user_protect', 'an account that was made protected'],
  ['user_unprotect', 'an account that is public again'],
]);

/** Says why an event of this type is kept, and goes no further. */
export function keptReason(type: string): string | undefined {
  return keptReasons.get(type);
}

/** Says why an event of this type is left out; undefined for one that may hold what a person said. */
export function ignoredReason(type: string): string | undefined {
  // The list of the older API that tells of a withdrawn access has other events, too.
  if (type === 'user_event') return undefined;
  return reasons.get(type) ?? families.find(([prefix]) => type.startsWith(prefix))?.[1];
}
