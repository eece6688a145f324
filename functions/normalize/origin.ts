import { capabilitiesOf } from '#connectors/capabilities';
import { type Archive, archiveObject } from '#shared/aws/objects/archive';
import { archiveItem, type KeptRaw, placeOf, type RawItem } from '#shared/aws/objects/raw-archive';
import type { Origin } from '#shared/aws/store/append/new-entry';
import { ownIdOf } from '#shared/aws/store/append/thread';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { hashOf } from '#shared/ids';
import type { IngressMessage } from '#shared/model/ingress';

/** The raw item and the HTML of a message, which are stored beside its fields. */
export interface Belongings {
  readonly raw: RawItem;
  readonly place: KeptRaw;
  readonly html?: string;
}

export function belongingsOf({ html }: ChannelMessage, raw: RawItem): Belongings {
  return { raw, place: placeOf(raw), ...(html === undefined ? {} : { html }) };
}

/** Tells if storing the message writes objects. They must be there before the table refers to them. */
export function needsObjects({ place, html }: Belongings): boolean {
  return place.key !== undefined || html !== undefined;
}

/** Where a message came in, with everything that belongs to it kept. */
export async function keepOrigin(
  archive: Archive,
  item: IngressMessage,
  message: ChannelMessage,
  { raw, place, html }: Belongings,
): Promise<Origin> {
  const { connector, account, receivedAt } = item;
  const [kept] = await Promise.all([
    html === undefined ? undefined : keepHtml(archive, item, message, html),
    place.key === undefined ? undefined : archiveItem(archive, raw),
  ]);
  const replyWindowHours = capabilitiesOf(connector, message.channel)?.replyWindowHours;
  return {
    ...{ connector, account, receivedAt, raw: place },
    ...(replyWindowHours === undefined ? {} : { replyWindowHours }),
    ...(kept ? { html: kept } : {}),
  };
}

/** HTML travels by reference: helpdesks that do not want it never carry it, and none gets it by accident. */
async function keepHtml(
  archive: Archive,
  { connector, account }: IngressMessage,
  message: ChannelMessage,
  html: string,
): Promise<string> {
  // A second message that borrows the provider's id of another one must not overwrite its body.
  const key = `html/${hashOf(connector, account, ownIdOf(message))}.html`;
  return archiveObject(archive, key, html, 'text/html; charset=utf-8');
}
