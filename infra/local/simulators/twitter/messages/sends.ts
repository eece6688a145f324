import type { Call } from '#infra/local/simulators/twitter/call';
import type { StoredFile } from '#infra/local/simulators/twitter/media/files';
import type { TakenRequest } from '#infra/local/simulators/twitter/requests';

interface Taken {
  readonly id: string;
  readonly to: string;
  readonly text: string;
  readonly files: readonly StoredFile[];
}

/** Lists a message that X has taken in `GET /_sent`. */
export function recordSend(
  { id, to, text, files }: Taken,
  { world, request, account }: Call,
  at: Date,
) {
  const { method, path, body } = request;
  const taken: TakenRequest = {
    ...{ method, path, senderId: account.address },
    body: JSON.parse(body.toString('utf8')),
  };
  const media = files.map(({ type, contentType, bytes, altText }) => ({
    ...{ type, contentType, sizeBytes: bytes.length },
    ...(altText === undefined ? {} : { altText }),
  }));
  world.record({
    ...{ to, text, at: at.toISOString(), messageId: id, request: taken },
    ...(media.length > 0 ? { media } : {}),
  });
}
