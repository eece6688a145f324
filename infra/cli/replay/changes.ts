import type { ChannelMessage } from '#shared/connector/channel-event';
import { canonicalJson } from '#shared/json';
import type { Message } from '#shared/model/message';

/** One value that is read differently now. */
export interface Change {
  /** `content.type`, `attachments.0.fileName`. */
  readonly field: string;
  readonly stored?: unknown;
  readonly read?: unknown;
  /** False for the fields that normalize leaves as stored: only content and its text are corrected. */
  readonly corrected: boolean;
}

/** Lists the differences between a stored message and the same message read today. */
export function changesOf(stored: Message, read: ChannelMessage): Change[] {
  const before = leavesOf(comparable(stored));
  const after = leavesOf({
    ...comparable(read),
    inReplyTo: read.inReplyToProviderMessageId,
    occurredAt: read.occurredAt ?? stored.occurredAt,
    metadata: read.metadata ?? {},
  });
  const fields = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const isCorrected = canonicalJson(stored.content) !== canonicalJson(read.content);
  return fields.flatMap((field) => {
    const [was, is] = [before.get(field), after.get(field)];
    if (canonicalJson(was ?? null) === canonicalJson(is ?? null)) return [];
    const corrected = isCorrected && /^(?:content|text)(?:\.|$)/.test(field);
    return [
      {
        field,
        ...(was === undefined ? {} : { stored: was }),
        ...(is === undefined ? {} : { read: is }),
        corrected,
      },
    ];
  });
}

/** The members that the parser reads from a message; the rest of a stored one is given by the store. */
function comparable(message: Message | ChannelMessage): Record<string, unknown> {
  const { content, text, subject, quotedText, language, automated, forwarded, referral } = message;
  const { occurredAt, metadata } = message;
  // The store decides where a message belongs.
  const { joinRefused: _, ...authenticity } = message.authenticity ?? {};
  return {
    content,
    text,
    subject,
    quotedText,
    attachments: message.attachments.map(fileOf),
    language,
    automated,
    forwarded,
    referral,
    authenticity,
    occurredAt,
    metadata,
    inReplyTo: 'inReplyTo' in message ? message.inReplyTo?.providerMessageId : undefined,
  };
}

/** An attachment as the provider told of it, without the state of our copy. */
function fileOf(attachment: ChannelMessage['attachments'][number]): unknown {
  const { kind, contentType, fileName, altText, providerReference, contentId } = attachment;
  return { kind, contentType, fileName, altText, providerReference, contentId };
}

/** The provider's own JSON: one value, whatever is in it. */
const whole = 'content.raw';

/** Every value that is not an object or a list, under its path. */
function leavesOf(value: unknown, path: readonly string[] = []): Map<string, unknown> {
  const name = path.join('.');
  if (value === undefined) return new Map();
  if (typeof value !== 'object' || value === null || name === whole)
    return new Map([[name, value]]);
  return new Map(
    Object.entries(value).flatMap(([member, inner]) => [...leavesOf(inner, [...path, member])]),
  );
}
