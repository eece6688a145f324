import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as Meta gets it. */
export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
}

/** What it does: answers, answers a part and then keeps silent, or keeps silent from the start. */
export type Act =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
      readonly thenHang?: boolean;
    }
  | 'hang';

export interface ScriptedMeta {
  readonly url: string;
  readonly asked: Asked[];
  readonly stop: () => Promise<void>;
}

/** A server on loopback that does with each request what it is told, and remembers who asked with what. */
export async function startMeta(act: (asked: Asked) => Act): Promise<ScriptedMeta> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://meta');
    const one = { path, query, authorization: request.headers.authorization };
    asked.push(one);
    perform(act(one), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function perform(act: Act, response: ServerResponse): void {
  if (act === 'hang') return;
  const { status, headers = {}, body = '', thenHang = false } = act;
  response.writeHead(status, headers);
  if (thenHang) response.write(body);
  else response.end(body);
}

export function json(value: unknown, status = 200): Act {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, body: JSON.stringify(value) };
}
