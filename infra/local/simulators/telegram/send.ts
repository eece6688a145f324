import type {
  ApiAnswer,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { done, refused } from './answers.ts';
import { uploadBytes } from './methods.ts';
import { botIdOf, keepFile, nameOf, stateOf } from './state.ts';

/** The parameters of the sending methods, as far as they were checked. */
interface Given {
  readonly chat_id: number;
  readonly text?: string;
  readonly caption?: string | undefined;
  readonly photo?: File | string;
  readonly document?: File | string;
  readonly reply_parameters?: { readonly message_id: number } | undefined;
  readonly reply_markup?: unknown;
}

/** Takes a message, keeps what was uploaded with it, and answers the message as it was sent. */
export function sendMessage(
  method: string,
  given: Given,
  account: SimulatedAccount,
  world: SimulatorWorld,
): ApiAnswer {
  const { photo, document, ...parameters } = given;
  for (const [kind, file] of Object.entries({ photo, document })) {
    const max = uploadBytes[kind as keyof typeof uploadBytes];
    if (file instanceof File && file.size > max) return refused(413, 'Request Entity Too Large');
  }
  const state = stateOf(world);
  state.messageId += 1;
  const { chat_id, text, caption, reply_markup } = given;
  if (reply_markup !== undefined) state.keyboards.set(state.messageId, reply_markup);
  const shown = shownFile(given, world);
  const at = world.now();
  world.record({
    at: at.toISOString(),
    to: String(chat_id),
    text: text ?? caption ?? '',
    messageId: nameOf(account, chat_id, state.messageId),
    request: { method, ...parameters, ...namedFile({ photo, document }) },
  });
  return done({
    message_id: state.messageId,
    from: { id: botIdOf(account), is_bot: true, first_name: account.account },
    chat: { id: chat_id, type: 'private', first_name: 'Customer' },
    date: Math.floor(at.getTime() / 1000),
    ...(text === undefined ? {} : { text }),
    ...(caption === undefined ? {} : { caption }),
    ...(reply_markup === undefined ? {} : { reply_markup }),
    ...shown,
  });
}

/** The files of a call as a test or a person sees them: their names, never their bytes. */
function namedFile(files: Readonly<Record<string, File | string | undefined>>): object {
  const names: Record<string, unknown> = {};
  for (const [kind, file] of Object.entries(files)) {
    if (typeof file === 'string') names[kind] = file;
    else if (file) {
      const { name, type, size } = file;
      names[kind] = { name, contentType: type.split(';')[0], sizeBytes: size };
    }
  }
  return names;
}

function shownFile({ photo, document }: Given, world: SimulatorWorld): object {
  const idOf = (file: File | string) =>
    typeof file === 'string'
      ? file
      : keepFile(world, { bytes: new Uint8Array(), sizeBytes: file.size }, file.name);
  if (photo !== undefined) {
    return { photo: [{ file_id: idOf(photo), file_unique_id: 'SIM', width: 90, height: 90 }] };
  }
  return document === undefined
    ? {}
    : { document: { file_id: idOf(document), file_unique_id: 'SIM' } };
}
