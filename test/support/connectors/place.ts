import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OpenDestination } from '#shared/connector/media';

/** An address that takes one file by PUT, as our storage does, and refuses it without the header that was signed. */
export async function openPlace(): Promise<{
  readonly open: OpenDestination;
  readonly written: () => Buffer;
  readonly close: () => void;
}> {
  let file = Buffer.alloc(0);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isSigned = request.headers['content-disposition'] === 'attachment';
    if (request.method === 'PUT' && isSigned) file = Buffer.concat(chunks);
    response.writeHead(isSigned ? 200 : 403).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    open: async () => ({
      url: `http://127.0.0.1:${port}/incoming/file`,
      headers: { 'content-disposition': 'attachment' },
      timeoutSeconds: 5,
    }),
    written: () => file,
    close: () => server.close(),
  };
}
