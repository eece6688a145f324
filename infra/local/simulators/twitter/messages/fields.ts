/** Names of fields that a query may ask for, by the OpenAPI 2.167 and by the names that X had before. */

export const userFields = [
  ...(['confirmed_email', 'connection_status', 'created_at', 'description', 'entities'] as const),
  ...(['id', 'is_identity_verified', 'location', 'name', 'parody', 'profile_banner_url'] as const),
  ...(['profile_image_url', 'protected', 'public_metrics', 'receives_your_dm'] as const),
  ...(['subscribes_to_you', 'subscription', 'subscription_type', 'url', 'username'] as const),
  ...(['verified', 'verified_followers_count', 'verified_type', 'withheld'] as const),
  ...(['most_recent_tweet_id', 'pinned_tweet_id'] as const),
] as const;

export const mediaFields = [
  ...(['alt_text', 'duration_ms', 'height', 'media_key', 'non_public_metrics'] as const),
  ...(['organic_metrics', 'preview_image_url', 'promoted_metrics', 'public_metrics'] as const),
  ...(['type', 'url', 'variants', 'width'] as const),
] as const;

export const postFields = [
  ...(['article', 'article_title', 'attachments', 'author_id', 'card_uri'] as const),
  ...(['community_id', 'context_annotations', 'conversation_id', 'created_at'] as const),
  ...(['display_text_range', 'edit_controls', 'entities', 'geo', 'id', 'lang'] as const),
  ...([
    'edit_history_tweet_ids',
    'in_reply_to_user_id',
    'note_tweet',
    'referenced_tweets',
  ] as const),
  ...(['matched_media_notes', 'media_metadata', 'non_public_metrics', 'note_post'] as const),
  ...(['note_request_suggestions', 'organic_metrics', 'paid_partnership'] as const),
  ...(['possibly_sensitive', 'promoted_metrics', 'public_metrics', 'reply_settings'] as const),
  ...(['scopes', 'source', 'suggested_source_links', 'text', 'withheld'] as const),
] as const;

export const postExpansions = [
  ...(['attachments.media_keys', 'attachments.poll_ids', 'author_id'] as const),
  ...(['edit_history_post_ids', 'edit_history_tweet_ids', 'entities.mentions.username'] as const),
  ...(['geo.place_id', 'in_reply_to_user_id', 'referenced_posts', 'referenced_tweets.id'] as const),
  ...(['referenced_tweets.id.author_id', 'referenced_tweets.id.attachments.media_keys'] as const),
] as const;

export const pollFields = [
  'duration_minutes',
  'end_datetime',
  'id',
  'options',
  'voting_status',
] as const;
