import { request } from 'node:http';

/** A request as it stands on the wire: a path that nothing normalizes, headers that may repeat. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** Sent in chunks, without a length. */
  readonly chunked?: boolean;
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

export function sendRaw(base: string, raw: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  const { method, path, headers, body, chunked = false } = raw;
  const length = chunked
    ? [['transfer-encoding', 'chunked']]
    : [['content-length', String(body.length)]];
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ hostname, port, method, path, setHost: false },
        headers: [['host', `${hostname}:${port}`], ...headers, ...length].flat(),
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    sent.once('error', reject);
    if (chunked) for (const byte of body) sent.write(Buffer.from([byte]));
    else if (body.length > 0) sent.write(body);
    sent.end();
  });
}
