import type { TelegramAccount } from '#connectors/telegram/account';
import { methodUrl } from '#connectors/telegram/bot-api';
import type { TelegramCredentials } from '#connectors/telegram/credentials';
import { chatOf } from '#connectors/telegram/provider-id';
import type {
  SendContext,
  SendOutcome,
  SignalRequest,
  UploadOutcome,
} from '#shared/connector/sender';
import { attemptHttp, type HttpAttempt, type HttpResult } from '#shared/http-attempt';
import { classify } from './classify.ts';
import type { TelegramRequest } from './render.ts';

type Context = SendContext<TelegramAccount, TelegramCredentials>;

/** A request with the bytes of its file. */
interface ReadyRequest extends TelegramRequest {
  readonly bytes?: Uint8Array;
}

/** One attempt. */
export async function send(request: ReadyRequest, context: Context): Promise<SendOutcome> {
  const result = await call(context, request.method, contentOf(request));
  return result.kind === 'answer' ? classify(result, context.account.address) : result;
}

/**
 * Keeps the bytes for the attempt. Telegram takes no file apart from a message, so there is nothing to hand over
 * before.
 */
export async function withBytes(
  request: TelegramRequest,
  [bytes]: readonly Uint8Array[],
): Promise<UploadOutcome<ReadyRequest>> {
  return { kind: 'uploaded', request: { ...request, ...(bytes ? { bytes } : {}) } };
}

/** Shows that we write, for five seconds or until a message comes (sendChatAction). */
export async function showTyping(
  { providerMessageId }: SignalRequest,
  context: Context,
): Promise<boolean> {
  const body = { chat_id: chatOf(providerMessageId), action: 'typing' };
  const result = await call(context, 'sendChatAction', jsonContent(body));
  return result.kind === 'answer' && result.status === 200;
}

type HttpContent = Pick<HttpAttempt, 'headers' | 'body'>;

function call(
  { apiUrl, credentials, timeoutSeconds }: Context,
  method: string,
  content: HttpContent,
): Promise<HttpResult> {
  const url = methodUrl(apiUrl, credentials.botToken, method);
  return attemptHttp({ url, method: 'POST', timeoutSeconds, ...content });
}

function contentOf({ body, file, bytes }: ReadyRequest): HttpContent {
  if (!file || !bytes) return jsonContent(body);
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) {
    form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const blob = new Blob([Uint8Array.from(bytes)], { type: file.contentType });
  form.append(file.parameter, blob, file.fileName);
  return { headers: {}, body: form };
}

function jsonContent(body: object): HttpContent {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
