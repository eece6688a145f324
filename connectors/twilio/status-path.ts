/** The attempt that a status callback speaks of. */
export interface SendReference {
  readonly messageId: string;
  readonly part: number;
  readonly attempt: number;
}

/**
 * The path that follows our webhook's path in a status callback URL. Twilio signs the URL, so the ids in it come back
 * as they went out: they tell which send this was even if the answer to the send was lost. (A query would do as well,
 * but not every gateway hands a query on byte for byte.)
 */
export function statusPath({ messageId, part, attempt }: SendReference): string {
  return `status/${encodeURIComponent(messageId)}.${part}.${attempt}`;
}

/** Reads `statusPath` back; nothing for any other path. */
export function readStatusPath(subpath: string): SendReference | undefined {
  const match = /^status\/([^/]+)\.(\d{1,9})\.(\d{1,9})$/.exec(subpath);
  const [, messageId = '', part, attempt] = match ?? [];
  try {
    return match
      ? { messageId: decodeURIComponent(messageId), part: Number(part), attempt: Number(attempt) }
      : undefined;
  } catch {
    return undefined;
  }
}
