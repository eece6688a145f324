/** The key of a customer's file. */
export const mediaKey = (attachmentId: string): string => `media/${attachmentId}`;

/** The key of a file that a provider writes itself, before it is checked. */
export const incomingKey = (attachmentId: string): string => `incoming/${attachmentId}`;

/** Every key under which a file of a message may stand. */
export function fileKeys(attachmentIds: readonly string[]): string[] {
  return attachmentIds.flatMap((id) => [mediaKey(id), incomingKey(id)]);
}
