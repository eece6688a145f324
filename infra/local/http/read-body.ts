import type { IncomingMessage } from 'node:http';

/** All bytes of a request's body; undefined, with the rest read and thrown away, when there are more than allowed. */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes <= maxBytes) chunks.push(chunk as Buffer);
  }
  return bytes <= maxBytes ? Buffer.concat(chunks) : undefined;
}
