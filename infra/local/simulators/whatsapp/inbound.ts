import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type {
  SimulatedAccount,
  SimulatedInbound,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { deliver } from './delivery.ts';
import { joinedGroup, personFor } from './groups.ts';
import { keepMedia, mediaUrl, sha256 } from './media.ts';
import { contactOf, newMessageId, type Person, personOf } from './people.ts';
import { mediaKinds, samples } from './samples.ts';
import { pairOf, stateOf } from './state.ts';
import { secondsOf } from './statuses.ts';

const Media = z.strictObject({
  kind: z.enum(mediaKinds),
  /** The file; a tiny one of the kind where it is left out. */
  base64: z.base64().optional(),
  contentType: z.string().optional(),
  caption: z.string().optional(),
  fileName: z.string().optional(),
});
type Media = z.infer<typeof Media>;

/** Further fields of a WhatsApp customer's message. */
export const More = z.strictObject({
  media: Media.optional(),
  username: z.string().optional(),
  /** The BSUID of a customer who writes by phone, where it is to be another than the one we make up. */
  userId: z.string().optional(),
  /** The id of the group in which this is written. */
  group: z.string().min(1).optional(),
  /** Laid over the webhook's `messages[0]`: any type Meta has, or has not yet. */
  message: z.record(z.string(), z.unknown()).optional(),
  /** Laid over `contacts[0]`; null leaves the list out. */
  contact: z.record(z.string(), z.unknown()).nullish(),
});
type More = z.infer<typeof More>;

/** A customer's message, addressed to our webhook. It opens the reply window, if it is a message at all. */
export async function inbound(message: SimulatedInbound, world: SimulatorWorld) {
  const account = accountOf(message, world);
  const more = More.parse(message.more ?? {});
  const person = writerOf(message, more);
  const content = {
    ...senderOf(person, more),
    id: newMessageId(person),
    timestamp: secondsOf(world),
    ...(more.media
      ? mediaContent(more.media, message.text, account, world)
      : { type: 'text', text: { body: message.text } }),
    ...more.message,
  };
  // A message laid over the text has its own content.
  const { text, ...others } = content as typeof content & { readonly text?: unknown };
  const messages = [content.type === 'text' || more.message?.['text'] ? content : others];
  const profile = {
    name: message.name ?? 'Customer',
    ...(more.username ? { username: more.username } : {}),
  };
  const contacts = [{ ...contactOf(person, profile), ...more.contact }];
  const value = more.contact === null ? { messages } : { contacts, messages };
  if (content.type !== 'system') {
    const partner = partnerOf(person, more, account, world);
    stateOf(world).lastInbound.set(pairOf(account, partner), world.now().getTime());
  }
  const status = await deliver({ account, field: 'messages', value }, world);
  return { providerMessageId: String(content.id), status };
}

function writerOf({ from }: SimulatedInbound, { userId }: More): Person {
  const known = personOf(from);
  return userId === undefined ? known : { ...known, userId };
}

function senderOf({ phone, userId }: Person, { group }: More) {
  return {
    ...(phone === undefined ? {} : { from: phone }),
    from_user_id: userId,
    ...(group === undefined ? {} : { group_id: group }),
  };
}

/** The person whose window a message opens: the writer, or the whole group. */
function partnerOf(
  person: Person,
  { group }: More,
  account: SimulatedAccount,
  world: SimulatorWorld,
): Person {
  return group === undefined ? person : personFor(joinedGroup(group, person, account, world));
}

/** The account a message is for: the first, where none is named. */
export function accountOf(
  { account }: { readonly account?: string | undefined },
  { accounts }: SimulatorWorld,
): SimulatedAccount {
  const found = accounts.find((each) => account === undefined || each.account === account);
  if (found === undefined) throw new BadCall(`no WhatsApp account ${account ?? 'at all'}`);
  return found;
}

/** The object of a file, under the name of its type: a voice message is an `audio`. */
function mediaContent(
  media: Media,
  text: string,
  account: SimulatedAccount,
  world: SimulatorWorld,
) {
  const { kind, fileName } = media;
  const sample = samples[kind];
  const bytes = media.base64 === undefined ? sample.bytes : Buffer.from(media.base64, 'base64');
  const contentType = media.contentType ?? sample.contentType;
  const file = keepMedia({ account, bytes, contentType }, 'inbound', world);
  const caption = media.caption ?? (text === '' ? undefined : text);
  const type = kind === 'voice' ? 'audio' : kind;
  return {
    type,
    [type]: {
      mime_type: contentType,
      sha256: sha256(bytes, 'base64'),
      id: file.id,
      url: mediaUrl(file, world),
      ...(caption === undefined ? {} : { caption }),
      ...(fileName === undefined ? {} : { filename: fileName }),
      ...(type === 'audio' ? { voice: kind === 'voice' } : {}),
      ...(kind === 'sticker' ? { animated: false } : {}),
    },
  };
}
