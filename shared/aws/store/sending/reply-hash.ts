import { hashOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ReplyCommand } from '#shared/model/reply';

/** Two commands are the same reply if conversation and content agree; the author's name may differ. */
export function replyHash(command: ReplyCommand): string {
  const { conversationId, content, fallbackTemplate } = command;
  const fallback = fallbackTemplate ? [canonicalJson(fallbackTemplate)] : [];
  const text = command.asText ? ['asText'] : [];
  const at = command.sendAt ? [`sendAt ${new Date(command.sendAt).toISOString()}`] : [];
  const mail = mailFields.flatMap((name) =>
    command[name] === undefined ? [] : [`${name} ${canonicalJson(command[name])}`],
  );
  const override = command.override?.length ? [`override ${canonicalJson(command.override)}`] : [];
  const beside = [...fallback, ...text, ...at, ...mail, ...override];
  return hashOf(conversationId, canonicalJson(content), ...beside);
}

const mailFields = ['subject', 'to', 'cc', 'bcc'] as const;

/** The error of a command whose replyId stands for another reply. */
export function replyIdReused({ replyId }: ReplyCommand): DeliveryError {
  const title = `replyId ${replyId} already stands for another reply`;
  return { code: 'reply_id_reused', title, retryable: false };
}
