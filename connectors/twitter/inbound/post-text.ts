import type { Media, PostTextV1, PostTextV2 } from '#connectors/twitter/payload';
import { linksIn, readableText } from '#connectors/twitter/text';

/** The text of a v2 post, of a long one the whole. X names a file's page where it does not name its media key. */
export function textOfV2({
  id,
  text,
  note_tweet,
  note_post,
  entities,
}: Partial<PostTextV2>): string {
  const note = note_tweet ?? note_post;
  const mediaPage = id && new RegExp(`/status/${id}/(?:photo|video)/\\d+$`);
  const links = linksIn(note?.entities ?? entities, mediaPage ? { mediaPage } : {});
  return readableText(note?.text ?? text ?? '', links);
}

/** The text of a v1.1 post, of a long one the whole. */
export function textOfV1(post: PostTextV1): string {
  const full = post.extended_tweet;
  const links = linksIn(full?.entities ?? post.entities, {
    mediaUrls: mediaOfV1(post).map(({ url }) => url),
  });
  return readableText(full?.full_text ?? post.full_text ?? post.text ?? '', links);
}

/** The files of a v1.1 post. `entities` has the first one only, and is all that some versions send. */
export function mediaOfV1({ extended_tweet: full, ...post }: PostTextV1): readonly Media[] {
  const all = full?.extended_entities?.media ?? post.extended_entities?.media;
  return all ?? full?.entities?.media ?? post.entities?.media ?? [];
}
