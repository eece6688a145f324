import { ButtonBody, FlowBody, PermissionBody, ReplyBody } from '#connectors/whatsapp/payload';
import { type JsonObject, jsonText, objectOf, omitUndefined } from '#shared/json';
import type { Content } from '#shared/model/content';
import type { ReadContent } from './read-content.ts';

type InteractiveReply = Extract<Content, { type: 'interactive_reply' }>;

/** Reads the answer that a customer chose or filled in; undefined for a kind that Meta has added since. */
export function readInteractive(message: JsonObject): ReadContent | undefined {
  const interactive = objectOf(message['interactive']);
  switch (interactive['type']) {
    case 'button_reply':
      return readChoice('button', interactive['button_reply']);
    case 'list_reply':
      return readChoice('list', interactive['list_reply']);
    case 'nfm_reply':
      return readFlow(interactive['nfm_reply']);
    case 'call_permission_reply':
      return readPermission(interactive['call_permission_reply']);
    default:
      return undefined;
  }
}

/** The quick reply of a template; its payload may be missing. */
export function readButton(message: JsonObject): ReadContent | undefined {
  const read = ButtonBody.safeParse(message['button']);
  if (!read.success) return undefined;
  const { text: title, payload: id } = read.data;
  return chosen({
    type: 'interactive_reply',
    kind: 'quick_reply',
    title,
    ...omitUndefined({ id }),
  });
}

function readChoice(kind: 'button' | 'list', body: unknown): ReadContent | undefined {
  const read = ReplyBody.safeParse(body);
  if (!read.success) return undefined;
  const { id, title, description } = read.data;
  return chosen({ type: 'interactive_reply', kind, title, ...omitUndefined({ id, description }) });
}

/** The answers are a JSON text that may be missing, broken or a list: it is passed on as it is. */
function readFlow(body: unknown): ReadContent | undefined {
  const read = FlowBody.safeParse(body);
  if (!read.success) return undefined;
  const { name, body: title = name ?? 'form', response_json: answers } = read.data;
  const payload =
    answers === undefined || typeof answers === 'string' ? answers : jsonText(answers);
  return chosen({
    type: 'interactive_reply',
    kind: 'form',
    title,
    ...omitUndefined({ id: name, payload }),
  });
}

/** May we call? Answered by the customer, or automatically by their settings. */
function readPermission(body: unknown): ReadContent | undefined {
  const read = PermissionBody.safeParse(body);
  if (!read.success) return undefined;
  return chosen({
    type: 'interactive_reply',
    kind: 'permission',
    id: 'call',
    title: read.data.response,
    payload: jsonText(body),
  });
}

function chosen(content: InteractiveReply): ReadContent {
  return { content, text: content.title, attachments: [] };
}
