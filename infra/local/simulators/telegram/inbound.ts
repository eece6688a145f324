import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type {
  SimulatedAccount,
  SimulatedInbound,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { keepFile, nameOf, stateOf } from './state.ts';

/** A picture of one grey point, and a text. */
const tiny = {
  photo:
    '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  document: Buffer.from('a file of the simulator\n').toString('base64'),
} as const;

const Media = z.strictObject({
  kind: z.enum(['photo', 'document']),
  base64: z.base64().optional(),
  caption: z.string().optional(),
  fileName: z.string().min(1).optional(),
  contentType: z.string().min(1).optional(),
  /** Says that the file is larger than it is. */
  sizeBytes: z.int().positive().optional(),
});

/** The fields for everything a customer can do beside writing a text. */
export const inboundFields = {
  media: Media.optional(),
  /** A new text for an earlier message, named as `POST /_inbound` answered it. */
  edits: z.string().min(1).optional(),
  /** The press of a button under a message of the business, named as `GET /_sent` lists it. */
  press: z.strictObject({ messageId: z.string().min(1), data: z.string().min(1) }).optional(),
  /** Another update in place of a message: `{"poll":{…}}`. */
  update: z.record(z.string(), z.json()).optional(),
  /** In a group of this id in place of the private chat. */
  group: z
    .string()
    .regex(/^-\d+$/, 'expected a group id, a number below 0')
    .optional(),
};
type Fields = z.output<z.ZodObject<typeof inboundFields>>;

interface Writing {
  readonly message: SimulatedInbound;
  readonly more: Fields;
  readonly account: SimulatedAccount;
  readonly world: SimulatorWorld;
}

/** Posts one update to our webhook, as Telegram does (setWebhook). */
export async function inbound(message: SimulatedInbound, world: SimulatorWorld) {
  const wanted = world.accounts.find(({ account }) => account === message.account);
  const account = wanted ?? world.accounts[0];
  if (!account) throw new BadCall('there is no bot here');
  const writing = { message, more: (message.more ?? {}) as Fields, account, world };
  const { update, providerMessageId } = updateOf(writing);
  const state = stateOf(world);
  state.updateId += 1;
  const status = await world.deliver({
    url: account.webhookUrl,
    headers: {
      'content-type': 'application/json',
      'x-telegram-bot-api-secret-token': account.credentials['secretToken'] ?? '',
    },
    body: JSON.stringify({ update_id: state.updateId, ...update }),
  });
  return { providerMessageId, status };
}

function updateOf(writing: Writing): {
  readonly update: object;
  readonly providerMessageId: string;
} {
  const { more, message, account, world } = writing;
  const state = stateOf(world);
  const chat = more.group ?? message.from;
  if (more.update) {
    const name = `${account.address}:${message.from}:update:${state.updateId + 1}`;
    return { update: more.update, providerMessageId: name };
  }
  if (more.press) return pressOf(writing, more.press);
  const edited = more.edits === undefined ? undefined : numberOf(more.edits);
  if (edited === undefined) state.messageId += 1;
  const number = edited ?? state.messageId;
  const told = messageOf(writing, number);
  return {
    update:
      edited === undefined
        ? { message: told }
        : { edited_message: { ...told, edit_date: told.date } },
    providerMessageId: nameOf(account, chat, number),
  };
}

function messageOf({ message, more, world }: Writing, message_id: number) {
  const from = userOf(message);
  const group = { id: Number(more.group), type: 'supergroup', title: 'A group' };
  const { first_name, id } = from;
  return {
    message_id,
    from,
    chat: more.group === undefined ? { id, first_name, type: 'private' } : group,
    date: Math.floor(world.now().getTime() / 1000),
    ...(more.media ? mediaOf(more.media, message.text, world) : { text: message.text }),
  };
}

function userOf({ from, name = 'Customer' }: SimulatedInbound) {
  return { id: Number(from), is_bot: false, first_name: name, language_code: 'en' };
}

function mediaOf(media: z.output<typeof Media>, text: string, world: SimulatorWorld): object {
  const { kind, base64, caption = text, fileName = 'file.txt', contentType = 'text/plain' } = media;
  const bytes = Buffer.from(base64 ?? tiny[kind], 'base64');
  const file_size = media.sizeBytes ?? bytes.length;
  const file_id = keepFile(world, { bytes, sizeBytes: file_size }, fileName);
  const file = { file_id, file_unique_id: file_id.slice(0, 8), file_size };
  const written = caption === '' ? {} : { caption };
  if (kind === 'document') {
    return { document: { ...file, file_name: fileName, mime_type: contentType }, ...written };
  }
  const small = { ...file, file_id: `${file_id}small`, file_size: 1, width: 9, height: 9 };
  return { photo: [small, { ...file, width: 90, height: 90 }], ...written };
}

function pressOf(
  { message, account, world }: Writing,
  { messageId, data }: { readonly messageId: string; readonly data: string },
) {
  const number = numberOf(messageId);
  const from = userOf(message);
  const state = stateOf(world);
  const id = String(state.updateId + 1).padStart(18, '4');
  const sent = {
    message_id: number,
    from: { id: Number(account.address), is_bot: true, first_name: account.account },
    chat: { id: from.id, first_name: from.first_name, type: 'private' },
    date: Math.floor(world.now().getTime() / 1000),
    text: 'a message with buttons',
    ...(state.keyboards.has(number) ? { reply_markup: state.keyboards.get(number) } : {}),
  };
  return {
    update: { callback_query: { id, from, message: sent, chat_instance: 'SIM', data } },
    providerMessageId: `${account.address}:${from.id}:press:${id}`,
  };
}

function numberOf(name: string): number {
  const number = Number(name.split(':').at(-1));
  if (Number.isSafeInteger(number)) return number;
  throw new BadCall(`no message ${name}: expected bot:chat:number, as _inbound and _sent give it`);
}
