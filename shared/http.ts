import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { WebhookRequest } from './connector/webhook.ts';
import { ConnectorError, failures } from './errors.ts';

/** Bytes of the body before any decoding: base64 is four characters for three bytes. */
export function bodyBytes({ body, isBase64Encoded }: APIGatewayProxyEventV2): number {
  const length = body === undefined ? 0 : Buffer.byteLength(body);
  return isBase64Encoded ? Math.floor((length * 3) / 4) : length;
}

/** The body as it was sent. HTTP APIs encode everything that is not text or JSON, forms above all, as base64. */
export function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

/** API Gateway's event as a connector takes it: bytes untouched, header names in lower case. */
export function toWebhookRequest(event: APIGatewayProxyEventV2): WebhookRequest {
  const headers = Object.entries(event.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), value] as const],
  );
  return {
    method: event.requestContext.http.method === 'GET' ? 'GET' : 'POST',
    subpath: event.pathParameters?.['proxy'] ?? '',
    rawQueryString: event.rawQueryString,
    headers: Object.fromEntries(headers),
    body: bodyOf(event),
  };
}

/** The media type without its parameters, in lower case. */
export function mediaType(headers: Readonly<Record<string, string>>): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

export function json(statusCode: number, value: unknown): APIGatewayProxyStructuredResultV2 {
  const headers = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' };
  return { statusCode, headers, body: JSON.stringify(value) };
}

/**
 * Turns failures into answers. A named one answers with its code; any other is a fault on our side and answers 503,
 * never 4xx, so that a provider comes again (Twilio and others do not repeat what they were told is their fault).
 */
export function errorsAsHttp(
  report: (fault: unknown) => void,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    onError: (request) => {
      const fault: unknown = request.error;
      report(fault);
      const code = fault instanceof ConnectorError ? fault.code : 'unavailable';
      const { httpStatus } = failures[code];
      request.response = json(httpStatus, { error: code });
    },
  };
}
