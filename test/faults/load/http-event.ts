import { isUtf8 } from 'node:buffer';

/** As much of API Gateway's event (payload format 2.0) as the functions read. */
export interface HttpEvent {
  readonly version: '2.0';
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly requestContext: { readonly http: { readonly method: string } };
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export interface Posted {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Requested extends Posted {
  readonly method: 'GET' | 'POST';
  readonly query: string;
}

/** A POST without a query. */
export function posted(request: Posted): HttpEvent {
  return requested({ ...request, method: 'POST', query: '' });
}

/** A request as API Gateway hands it over: everything that is not JSON comes base64-encoded. */
export function requested(request: Requested): HttpEvent {
  const { path, parameters, headers, body, method, query } = request;
  const isJson = headers['content-type'] === 'application/json' && isUtf8(body);
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: query,
    headers,
    pathParameters: parameters,
    requestContext: { http: { method } },
    body: isJson ? body.toString('utf8') : body.toString('base64'),
    isBase64Encoded: !isJson,
  };
}
