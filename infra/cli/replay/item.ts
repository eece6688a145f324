import * as z from 'zod';
import { parsedJson } from '#shared/json';
import { IngressMessage } from '#shared/model/ingress';
import { type Objects, readObject } from './objects.ts';

/** One item as it was quarantined or kept. */
export interface ReplayItem {
  /** The object that holds it; absent where it is kept with its message. */
  readonly uri?: string;
  /** The message it is kept with. */
  readonly messageId?: string;
  /** Absent when the kept text is no item. */
  readonly item?: IngressMessage;
  /** The reason why the text kept with a message cannot be read at all. */
  readonly damaged?: string;
  /** The reason and the time of its quarantine. `held`: it was read, and is held back; replaying lets it in. */
  readonly quarantined?: { readonly reason: string; readonly at: string; readonly held?: true };
}

const Quarantined = z.looseObject({
  reason: z.string(),
  quarantinedAt: z.string(),
  item: z.unknown(),
});

/** The reasons of items that only an account's settings hold back. */
const bySettings = /^held_/;

/**
 * Reads one object of the archive; undefined when it is not there any more. `isNamed`: a person asks for this very
 * object, and lets it in whatever it is; of all that is held, only what the settings hold back is let in.
 */
export async function readReplayItem(
  objects: Objects,
  key: string,
  isNamed: boolean,
): Promise<ReplayItem | undefined> {
  const bytes = await readObject(objects, { bucket: objects.archive, key });
  if (bytes === undefined) return undefined;
  const uri = `s3://${objects.archive}/${key}`;
  const text = new TextDecoder().decode(bytes);
  const isHeld = key.startsWith('held/');
  const quarantined =
    isHeld || key.startsWith('quarantine/')
      ? Quarantined.safeParse(parsedJson(text)).data
      : undefined;
  if (!quarantined) return { uri, ...parsedItem(text) };
  const { reason, quarantinedAt: at, item: itself } = quarantined;
  const item = IngressMessage.safeParse(itself).data;
  const isLetIn = isHeld && (isNamed || bySettings.test(reason));
  const wanted = item && isLetIn ? { ...item, released: true } : item;
  const aside = { reason, at, ...(isHeld ? { held: true as const } : {}) };
  return { uri, ...(wanted ? { item: wanted } : {}), quarantined: aside };
}

/** The item in a text; undefined where there is none. */
export function parsedItem(text: string): Pick<ReplayItem, 'item'> {
  const item = IngressMessage.safeParse(parsedJson(text)).data;
  return item ? { item } : {};
}
