/** Events that need the consent of the user they are about (docs.x.com, activity/introduction). */
const privateTypes = [
  ...(['chat.received', 'chat.sent', 'dm.indicate_typing', 'dm.read', 'dm.received'] as const),
  ...(['dm.sent', 'post.mention.create', 'post.quote.create', 'post.reply.create'] as const),
  ...(['post.repost.create', 'like.create', 'mute.mute', 'mute.unmute'] as const),
  ...(['block.block', 'block.unblock', 'broadcast.chat'] as const),
] as const;

/** Events that any app may be told of. */
const publicTypes = [
  ...(['oauth.revoke', 'post.create', 'post.delete', 'follow.follow', 'follow.unfollow'] as const),
  ...(['profile.update.bio', 'profile.update.banner_picture', 'profile.update.geo'] as const),
  ...(['profile.update.handle', 'profile.update.profile_picture', 'news.new'] as const),
  ...(['profile.update.screenname', 'profile.update.url', 'spaces.start', 'spaces.end'] as const),
  ...(['profile.update.verified_badge', 'profile.update.affiliate_badge'] as const),
  ...(['broadcast.start', 'broadcast.end'] as const),
] as const;

export const eventTypes = [...privateTypes, ...publicTypes] as const;

export function isPrivate(eventType: string): boolean {
  return privateTypes.some((each) => each === eventType);
}
