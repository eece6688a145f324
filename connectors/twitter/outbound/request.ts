import { omitUndefined } from '#shared/json';

/** A file in our bucket that X must have before the message. */
export interface TwitterFile {
  readonly uri: string;
  readonly contentType: string;
  readonly fileName?: string;
  readonly altText?: string;
  readonly kind: 'image' | 'gif' | 'video';
  readonly maxSizeBytes: number;
}

interface Shown {
  readonly text?: string;
  readonly files?: readonly TwitterFile[];
  /** Files that X has, by its own ids. */
  readonly mediaIds?: readonly string[];
}

/** One request to X. */
export type TwitterRequest =
  | (Shown & { readonly kind: 'dm'; readonly participantId: string })
  | (Shown & {
      readonly kind: 'post';
      readonly inReplyToPostId: string;
      /** It answers our own post before it in place of the customer's: the second and later ones of a thread. */
      readonly continuesThread?: true;
    });

/** The call of API v2 that a request stands for; `precedingPostId` is the id of the post before it in a thread. */
export function callOf(
  request: TwitterRequest,
  precedingPostId?: string,
): { readonly path: string; readonly body: object } {
  const { text, mediaIds } = request;
  if (request.kind === 'dm') {
    const participantId = encodeURIComponent(request.participantId);
    const attachments = mediaIds?.map((media_id) => ({ media_id }));
    return {
      path: `dm_conversations/with/${participantId}/messages`,
      body: omitUndefined({ text, attachments }),
    };
  }
  const answered = request.continuesThread ? precedingPostId : request.inReplyToPostId;
  const media = mediaIds && { media_ids: mediaIds };
  return {
    path: 'tweets',
    body: omitUndefined({ text, media, reply: { in_reply_to_tweet_id: answered } }),
  };
}
