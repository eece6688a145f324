import { textIn } from '#connectors/twitter/fields';
import type { DirectMessage, DmAttachment, Media } from '#connectors/twitter/payload';
import { isObject, jsonOf, objectOf } from '#shared/json';
import type { Content } from '#shared/model/content';

/** The files of a direct message: X sends one, and promises no number. */
export function mediaOf(event: DirectMessage): readonly (Media | undefined)[] {
  return attachmentsOf(event)
    .filter(isOfFiles)
    .flatMap(({ media }) => media ?? [undefined]);
}

/** The files themselves are enough: some attachments carry no type. */
function isOfFiles({ type, media }: DmAttachment): boolean {
  return type === 'media' || media !== undefined;
}

/** The content of an attachment that is no file: a place, or something that the model does not know. */
export function attachedContent(event: DirectMessage): Content | undefined {
  const other = attachmentsOf(event).find((each) => !isOfFiles(each));
  if (!other) return undefined;
  return locationIn(other) ?? unsupported(`attachment.${other.type ?? 'unknown'}`, other);
}

/** The name of a shared place, which is all that people can read of it. */
export function placeName(event: DirectMessage): string | undefined {
  const places = attachmentsOf(event).map(({ location }) => objectOf(location)['shared_place']);
  const place = objectOf(objectOf(places.find(isObject))['place']);
  return textIn(place, 'full_name', 'name');
}

function attachmentsOf({ message_create }: DirectMessage): readonly DmAttachment[] {
  const { attachment, attachments } = message_create.message_data;
  return [...(attachment ?? []), ...(attachments ?? [])];
}

/** GeoJSON: the longitude comes first. */
function locationIn({ location }: DmAttachment): Content | undefined {
  const shared = objectOf(objectOf(location)['shared_coordinate']);
  const point = objectOf(shared['coordinates'])['coordinates'];
  const [longitude, latitude]: readonly unknown[] = Array.isArray(point) ? point : [];
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined;
  return { type: 'location', latitude, longitude };
}

export function unsupported(providerType: string, value: unknown): Content {
  return { type: 'unsupported', providerType, raw: jsonOf(value) };
}
