import type * as z from 'zod';
import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { badRequest, done, notFound, refused, unauthorized } from './answers.ts';
import { AnswerCallbackQuery, downloadBytes, GetFile, methods, SendChatAction } from './methods.ts';
import { sendMessage } from './send.ts';
import { stateOf } from './state.ts';

/** One call of a method: by whom, and with what. */
interface Call {
  readonly account: SimulatedAccount;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly world: SimulatorWorld;
}

/** Answers the Bot API: methods below `/bot<token>/`, files below `/file/bot<token>/`. */
export async function answer(request: ApiRequest, world: SimulatorWorld): Promise<ApiAnswer> {
  const [, file, token, rest = ''] = /^(\/file)?\/bot([^/]+)\/(.+)$/.exec(request.path) ?? [];
  if (token === undefined || !/^\d+:[\w-]+$/.test(token)) return notFound;
  const account = world.accounts.find(({ credentials }) => credentials['botToken'] === token);
  if (!account) return unauthorized;
  if (file) return fileAnswer(rest, world);
  const method = Object.keys(answers).find((name) => name.toLowerCase() === rest.toLowerCase());
  const parameters = await parametersOf(request);
  return method ? (answers[method]?.({ account, parameters, world }) ?? notFound) : notFound;
}

const answers: Readonly<Record<string, (call: Call) => ApiAnswer>> = {
  getMe: ({ account }) =>
    done({ id: Number(account.address), is_bot: true, first_name: account.account }),
  sendMessage: (call) => sending('sendMessage', call),
  sendPhoto: (call) => sending('sendPhoto', call),
  sendDocument: (call) => sending('sendDocument', call),
  sendChatAction: ({ parameters, world }) =>
    read(SendChatAction, parameters, (action) => {
      stateOf(world).signals.push({ at: world.now().toISOString(), ...action });
      return done(true);
    }),
  answerCallbackQuery: ({ parameters, world }) =>
    read(AnswerCallbackQuery, parameters, (pressed) => {
      stateOf(world).signals.push({ at: world.now().toISOString(), ...pressed });
      return done(true);
    }),
  getFile: ({ parameters, world }) =>
    read(GetFile, parameters, ({ file_id }) => {
      const file = stateOf(world).files.get(file_id);
      if (!file) return badRequest('wrong file_id or the file is temporarily unavailable');
      if (file.sizeBytes > downloadBytes) return badRequest('file is too big');
      const { path: file_path, sizeBytes: file_size } = file;
      return done({ file_id, file_unique_id: file_id.slice(0, 8), file_size, file_path });
    }),
};

function sending(method: keyof typeof methods, { account, parameters, world }: Call): ApiAnswer {
  return read(methods[method], parameters, (given) =>
    // A group or a channel without the bot among its members, or no chat at all.
    given.chat_id <= 0 ? badRequest('chat not found') : sendMessage(method, given, account, world),
  );
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  parameters: unknown,
  work: (given: z.output<Schema>) => ApiAnswer,
): ApiAnswer {
  const given = schema.safeParse(parameters);
  return given.success ? work(given.data) : badRequest(given.error.issues[0]?.message ?? '');
}

function fileAnswer(path: string, world: SimulatorWorld): ApiAnswer {
  const file = [...stateOf(world).files.values()].find((each) => each.path === path);
  if (!file) return refused(404, 'Not Found');
  return { status: 200, body: '', bytes: file.bytes };
}

/** From the query and the body: JSON, a form, or a form with files. */
async function parametersOf({ query, headers, body }: ApiRequest): Promise<Call['parameters']> {
  const type = headers['content-type'] ?? '';
  const given = Object.fromEntries(query);
  if (body.length === 0) return given;
  if (type.startsWith('application/json'))
    return { ...given, ...JSON.parse(body.toString('utf8')) };
  const form = await new Response(Uint8Array.from(body), { headers: { 'content-type': type } })
    .formData()
    .catch(() => new FormData());
  return { ...given, ...Object.fromEntries(form) };
}
