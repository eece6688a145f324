import { createServer } from 'node:http';

/** A program on this machine that waits for the browser. */
export interface RedirectListener {
  /** The whole address that the browser was sent to; never settles where nothing comes. */
  readonly address: Promise<string>;
  readonly stop: () => void;
}

/**
 * Waits on a redirect address of this machine. Undefined where it is another one's, or its port is taken: then the
 * answer is pasted.
 */
export async function listenFor(redirectUri: string): Promise<RedirectListener | undefined> {
  const { hostname, port, pathname, protocol } = new URL(redirectUri);
  if (protocol !== 'http:' || hostname !== '127.0.0.1') return undefined;
  let arrived: (address: string) => void = () => undefined;
  const address = new Promise<string>((resolve) => {
    arrived = resolve;
  });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirectUri);
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    if (url.pathname !== pathname) return void response.writeHead(404).end('not this address');
    // The listener is stopped at the answer, so the page has to leave first.
    response.end('Thank you. Go back to the terminal; this page can be closed.', () =>
      arrived(url.href),
    );
  });
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(Number(port || 80), '127.0.0.1', () => resolve(true));
  });
  if (!listens) return undefined;
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address, stop };
}
