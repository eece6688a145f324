import { idIn, listOf, textIn } from '#connectors/twitter/fields';
import type { Queued } from '#connectors/twitter/payload';
import { readableText } from '#connectors/twitter/text';
import { isObject, type JsonObject, objectOf } from '#shared/json';

/** A part of a post beside its text and its files, in words for people and as X sent it. */
export interface PostPart {
  readonly providerType: string;
  readonly text: string;
  readonly raw: unknown;
}

/** The parts of a post that the model has no content for: they are shown as text and kept as they came. */
export function partsOf({ event, polls }: Pick<Queued, 'event' | 'polls'>): readonly PostPart[] {
  const post = objectOf(event);
  return [...pollsOf(post, polls), ...notesOf(post), ...articleOf(post), ...unknownOf(post)];
}

/** v2 names polls by id and sends them beside the post; v1.1 has them among the entities. */
function pollsOf(post: JsonObject, included: readonly unknown[]): readonly PostPart[] {
  const named = listOf(objectOf(post['attachments'])['poll_ids']);
  const entities = [post, objectOf(post['extended_tweet'])].map((each) =>
    objectOf(each['entities']),
  );
  const told = [
    ...included.filter((poll) => named.includes(idIn(objectOf(poll), 'id'))),
    ...entities.flatMap((each) => listOf(each['polls'])),
  ].map(objectOf);
  if (told.length > 0) {
    return told.map((poll) => ({ providerType: 'poll', text: pollText(poll), raw: poll }));
  }
  const text = '[Poll: X did not send its options]';
  return named.length > 0 ? [{ providerType: 'poll', text, raw: named }] : [];
}

function pollText(poll: JsonObject): string {
  const options = listOf(poll['options'])
    .map(objectOf)
    .map((option, index) => ({
      position: Number(option['position'] ?? index + 1),
      label: readableText(textIn(option, 'label', 'text') ?? '', []),
    }))
    .toSorted((one, other) => one.position - other.position);
  return ['[Poll]', ...options.map(({ label }, index) => `${index + 1}. ${label}`)].join('\n');
}

/** Notes that other people added to the post: the customer did not write them, and they may tell why it was written. */
function notesOf(post: JsonObject): readonly PostPart[] {
  return noteFields.flatMap((field) => {
    const value = post[field];
    const notes = (Array.isArray(value) ? value : [value]).filter(isObject);
    return notes.map((note) => ({
      providerType: 'community_note',
      text: `[Community note] ${noteText(note)}`.trimEnd(),
      raw: note,
    }));
  });
}

const noteFields = [
  ...['community_note', 'community_notes', 'birdwatch_note', 'birdwatch_pivot'],
  ...['note_request_suggestions', 'matched_media_notes'],
];

function noteText(note: JsonObject): string {
  const source = textIn(note, 'source_link');
  const text =
    textIn(note, 'suggestion', 'text', 'summary') ?? textIn(objectOf(note['info']), 'text');
  const nested = textIn(objectOf(note['subtitle']), 'text');
  return [readableText(text ?? nested ?? '', []), source].filter(Boolean).join(' ');
}

/** A long article, of which the text of the post is nothing but a link. */
function articleOf(post: JsonObject): readonly PostPart[] {
  const article = objectOf(post['article']);
  const title = textIn(article, 'title') ?? textIn(objectOf(post['article_title']), 'title');
  const body = textIn(article, 'plain_text', 'preview_text');
  if (title === undefined && body === undefined) return [];
  const text = [`[Article] ${title ?? ''}`.trimEnd(), body].filter(Boolean).join('\n');
  return [{ providerType: 'article', text, raw: article }];
}

const knownAttachments = new Set(['media_keys', 'poll_ids', 'media_source_tweet_id']);

function unknownOf(post: JsonObject): readonly PostPart[] {
  const attachments = Object.entries(objectOf(post['attachments']));
  return attachments
    .filter(([name, value]) => !knownAttachments.has(name) && !isEmpty(value))
    .map(([name, value]) => ({
      providerType: `attachment.${name}`,
      text: `[Attachment of another kind: ${name}]`,
      raw: value,
    }));
}

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
