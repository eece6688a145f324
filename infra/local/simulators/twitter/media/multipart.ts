import type { ApiRequest } from '#infra/local/simulators/simulator';

/**
 * Reads a multipart body (RFC 7578): its fields by name. A part without a file name is read as bytes too, which no
 * `formData()` does; `twitter-api-v2` sends files so.
 */
export function multipartFields({ headers, body }: ApiRequest): Map<string, Buffer> | undefined {
  const boundary = /^multipart\/form-data;.*\bboundary="?([^";]+)"?/.exec(
    headers['content-type'] ?? '',
  )?.[1];
  if (boundary === undefined) return undefined;
  const parts = body.toString('latin1').split(`--${boundary}`).slice(1, -1);
  return new Map(
    parts.flatMap((part) => {
      const end = part.indexOf('\r\n\r\n');
      const name = /name="([^"]*)"/.exec(part.slice(0, end))?.[1];
      const value = part.slice(end + 4).replace(/\r\n$/, '');
      return name === undefined ? [] : [[name, Buffer.from(value, 'latin1')] as const];
    }),
  );
}
