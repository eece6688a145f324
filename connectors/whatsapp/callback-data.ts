/** One attempt to send one part of one message of ours. */
export interface SentPart {
  readonly messageId: string;
  readonly part: number;
  readonly attempt: number;
}

/** Our ids in the one text Meta repeats in statuses (`biz_opaque_callback_data`, at most 512 characters). */
export function callbackData({ messageId, part, attempt }: SentPart): string {
  return `${messageId}.${part}.${attempt}`;
}

/** Reads what `callbackData` wrote; undefined for a text another system gave its own messages. */
export function readCallbackData(text: string): SentPart | undefined {
  const match = /^([\w-]{1,128})\.(\d{1,4})\.(\d{1,4})$/.exec(text);
  if (!match?.[1]) return undefined;
  return { messageId: match[1], part: Number(match[2]), attempt: Number(match[3]) };
}
